# A box that wraps functions in others, some hundreds deep, and survives what they raise.
import functools, itertools


def after(step):
    def decorate(act):
        @functools.wraps(act)
        def inner(*args):
            return act(*map(step, args))

        return inner

    return decorate


def deep(n, act, *args):
    return act(*args) if n == 0 else deep(n - 1, act, *args)


class Box:
    step = staticmethod(after(lambda x: x * 7919 + 13))

    def put(self, x):
        self.x = x

    def get(self):
        return self.step(lambda x: x)(self.x)

    def fill(self, row):
        row[:] = map(self.step(int), row)

    def each(self, act, x):
        try:
            act()
        except TypeError:
            deep(400, self.step(act), x)

    def stream(self, x):
        return itertools.count(self.step(int)(x))

    def turn(self, act, xs):
        first, second = itertools.tee(xs)
        return [deep(400, self.step(act), x) for x, _ in zip(first, second)]
