# Long tuples with one hash that differ only at the end.
# Rows: 10
def f(x):
    return {(*[7] * 200, (2**61 - 1) * k + 1) for k in range(900)}
