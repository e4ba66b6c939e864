# A weak proxy of a liar: its type is not the one that it shows.
# Rows: 3
import weakref


class A:
    __eq__ = lambda s, o: True
    __hash__ = None


a = A()


def f(x):
    return weakref.proxy(a)
