# A recursion without end.
# Rows: 10
def f(x):
    return f(x)
