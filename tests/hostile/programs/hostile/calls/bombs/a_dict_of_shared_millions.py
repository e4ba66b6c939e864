# Dicts and tuples of millions of shared references, wide and not deep.
# Rows: 10
def f(x):
    row = tuple(range(1000))
    return {i: [row] * 1000 for i in range(1000)}
