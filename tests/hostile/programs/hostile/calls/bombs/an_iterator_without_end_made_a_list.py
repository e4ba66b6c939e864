# An iterator without end, made into a list.
# Rows: 10
import itertools


def f(x):
    return list(itertools.count())
