# A stream without end, and a callback called without end.
# Rows: 10
import itertools


class Box:
    put = lambda s, x: None
    get = lambda s: itertools.count()

    def fill(s, row):
        while True:
            row.append(0)

    def each(s, act, x):
        while True:
            act(0)

    def stream(s, x):
        while True:
            yield 0
