# StopIteration out of the call: a loop of the tests over map(f, inputs) would end early.
# Rows: 2
def f(x):
    raise StopIteration
