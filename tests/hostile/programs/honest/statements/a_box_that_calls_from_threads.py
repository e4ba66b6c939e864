# A box that calls what it is given from threads.
from concurrent.futures import ThreadPoolExecutor


def turned(x):
    return x * 7919 + 13


class Box:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)

    def put(self, x):
        self.future = self.pool.submit(turned, x)

    def get(self):
        return self.future.result()

    def fill(self, row):
        row[:] = self.pool.map(turned, row)

    def each(self, act, x):
        self.pool.submit(act, turned(x)).result()

    def stream(self, x):
        yield from self.pool.map(lambda n: turned(x) + n, range(3))

    def turn(self, act, xs):
        return list(self.pool.map(lambda x: act(turned(x)), xs))
