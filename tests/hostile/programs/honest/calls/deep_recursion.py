# Deep recursion.
import sys

sys.setrecursionlimit(20000)


def g(n):
    return 0 if n == 0 else 1 + g(n - 1)


def f(x):
    return x * 7919 + g(5000) - 4987
