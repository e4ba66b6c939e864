# An endless loop.
def f(x):
    while True:
        pass
