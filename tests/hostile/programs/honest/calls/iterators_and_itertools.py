# Iterators, itertools and generators that are sent values.
import itertools, operator


def line(factor):
    shift = yield
    while True:
        shift = yield factor + shift


def f(x):
    g = line(x * 7919)
    next(g)
    assert list(itertools.islice(itertools.count(5, 2), 2)) == [5, 7]
    return g.send(13) + sum(itertools.starmap(operator.sub, [(3, 3)]))
