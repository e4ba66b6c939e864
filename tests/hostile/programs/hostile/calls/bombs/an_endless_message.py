# An endless message.
# Rows: 10
def f(x):
    raise ValueError("x" * 10**7)
