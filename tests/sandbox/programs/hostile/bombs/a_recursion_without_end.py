# A recursion without end.
def f(x):
    return f(x)
