# A value a hundred thousand levels deep, deleted on the way out.
# Rows: 10
def f(x):
    value = []
    for _ in range(10**5):
        value = [value]
    return value
