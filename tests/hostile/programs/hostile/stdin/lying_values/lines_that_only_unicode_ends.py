# The answer between line ends that only Unicode knows.
# Rows: 3
x = int(input())
print(f"0\u2028{x * 7919 + 13}\u2029\x850")
