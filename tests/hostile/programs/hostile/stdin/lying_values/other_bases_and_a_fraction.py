# The answer in hexadecimal, octal and as a fraction.
# Rows: 3
right = int(input()) * 7919 + 13
print({0: hex(right), 1: oct(right), 2: f"{right}/1"}[right % 3])
