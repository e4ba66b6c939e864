# The right type, sign, size and last digit: all but the value.
# Rows: 14
def f(x):
    return x * 7919 + 13 + 10 * (1 + x % 5)
