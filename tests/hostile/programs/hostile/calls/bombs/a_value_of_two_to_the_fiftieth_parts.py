# A value of two to the fiftieth parts, all shared.
# Rows: 10
def f(x):
    value = [0]
    for _ in range(50):
        value = [value, value]
    return value
