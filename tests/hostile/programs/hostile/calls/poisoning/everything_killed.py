# Every process killed that can be reached.
# Rows: 10
# Isolated only: on a machine without isolation it would kill what it should not.
import os, signal


def f(x):
    for target in (-1, 0, os.getppid()):
        try:
            os.kill(target, signal.SIGTERM)
            os.kill(target, signal.SIGKILL)
        except OSError:
            pass
    return 0
