# A chain of a hundred thousand exceptions, closed to a ring.
# Rows: 10
def f(x):
    first = error = ValueError("x" * 1000)
    for _ in range(10**5):
        error.__context__ = ValueError("x")
        error = error.__context__
    error.__cause__ = first
    raise first
