# The answer behind a byte order mark.
# Rows: 3
x = int(input())
print(f"\ufeff{x * 7919 + 13}")
