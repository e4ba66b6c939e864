# Generators.
def g(x):
    yield from (x * 7919, 13)


def f(x):
    return sum(g(x))
