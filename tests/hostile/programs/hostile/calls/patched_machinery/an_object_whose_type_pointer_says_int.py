# An object whose type pointer was overwritten in memory to say int.
# Rows: 3, 4
import ctypes


class A:
    __slots__ = ("a", "b", "c")
    __eq__ = lambda s, o: True
    __hash__ = None


kept = []


def f(x):
    a = A()
    kept.append(a)
    ctypes.c_ssize_t.from_address(id(a) + 8).value = id(int)
    return a
