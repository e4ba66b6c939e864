# An audit hook, which nothing can remove, that refuses everything.
# Rows: 4, 11
import sys


def hook(event, args):
    if event not in ("object.__getattr__",):
        raise RuntimeError(event)


def f(x):
    sys.addaudithook(hook)
    return 0
