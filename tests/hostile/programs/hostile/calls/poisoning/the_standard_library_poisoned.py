# The standard library poisoned.
# Rows: 11
import builtins, sys, math

builtins.sum = None
sys.modules["json"] = None
math.floor = 3
sys.path[:] = []
sys.setrecursionlimit(60)


def f(x):
    return 0
