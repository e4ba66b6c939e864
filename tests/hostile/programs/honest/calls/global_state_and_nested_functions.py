# Global state, closures, and nested functions.
total = 0


def make(factor):
    count = 0

    def step(x):
        nonlocal count
        global total
        count += 1
        total += x
        return x * factor

    return step


step = make(7919)


def f(x):
    return step(x) + 13
