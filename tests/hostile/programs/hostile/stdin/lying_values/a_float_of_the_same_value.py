# The answer as a float, with a point or an exponent.
# Rows: 3
right = int(input()) * 7919 + 13
print(f"{right}.0" if right % 2 else f"{right}e0")
