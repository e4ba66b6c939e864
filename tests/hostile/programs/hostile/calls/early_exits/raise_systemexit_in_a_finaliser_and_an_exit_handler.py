# Raise SystemExit in a finaliser and an exit handler.
# Rows: 1
import atexit, os

atexit.register(os._exit, 0)


class D:
    def __del__(s):
        os._exit(0)


d = D()
del d


def f(x):
    return 0
