# An endless loop.
# Rows: 10
def f(x):
    while True:
        pass
