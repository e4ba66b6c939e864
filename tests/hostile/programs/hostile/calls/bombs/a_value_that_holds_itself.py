# A value that holds itself in every way.
# Rows: 10
def f(x):
    a, d = [], {}
    a.append(d)
    d[0] = a
    d[1] = (a, d, {1: a})
    return d
