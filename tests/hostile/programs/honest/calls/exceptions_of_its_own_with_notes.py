# Exceptions of its own, chained, with finally and else.
class Bad(Exception):
    pass


def g(x):
    try:
        raise Bad(x)
    except Bad as error:
        raise KeyError(x) from error
    finally:
        g.calls = getattr(g, "calls", 0) + 1


def f(x):
    try:
        g(x)
    except KeyError as error:
        return error.__cause__.args[0] * 7919 + 13
