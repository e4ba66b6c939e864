# The stack of C used up: no limit of recursion, and a recursion.
# Rows: 10
import sys

sys.setrecursionlimit(10**9)


class A:
    def __getattr__(s, n):
        return getattr(s, n + "a")

    def __repr__(s):
        return repr(s)


def f(x):
    return repr(A()) + A().a
