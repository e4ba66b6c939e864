# All modules forgotten, and a dict that lies in their place.
# Rows: 4, 11
import sys


class Liar(dict):
    def __getitem__(s, k):
        return True

    get = __contains__ = __getitem__


def f(x):
    sys.modules.clear()
    sys.modules = Liar()
    return 0
