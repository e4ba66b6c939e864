# Noise on every descriptor from 0 to 1023.
# Rows: 9, 10
import os, random

noise = random.Random(1).randbytes(300)


def f(x):
    for fd in range(1024):
        try:
            os.set_blocking(fd, False)
            os.write(fd, noise)
        except OSError:
            pass
    return 0
