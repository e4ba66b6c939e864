# An endless message.
def f(x):
    raise ValueError("x" * 10**7)
