# Local variables that cost more than the program to describe.
# Rows: 10
def f(x):
    a = [[[["x" * 10**5] * 1000] * 1000] * 1000] * 1000
    b = {i: a for i in range(10**4)}
    c = 1 << 10**6
    raise ValueError(x)
