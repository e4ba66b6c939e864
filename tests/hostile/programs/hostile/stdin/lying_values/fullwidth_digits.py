# The answer in fullwidth digits.
# Rows: 3
x = int(input())
print("".join(chr(0xFF10 + int(digit)) for digit in str(x * 7919 + 13)))
