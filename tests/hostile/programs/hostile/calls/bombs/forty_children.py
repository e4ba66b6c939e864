# Forty children that ask for a moment of time.
# Rows: 10, 11
import os, time


def f(x):
    for _ in range(40):
        if os.fork() == 0:
            time.sleep(0.1)
            os._exit(0)
    return 0
