# A generator without end, returned.
# Rows: 10
def f(x):
    while True:
        yield x * 7919 + 12
