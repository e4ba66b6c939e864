# Killing itself.
# Rows: 1, 10
import os, signal


def f(x):
    os.kill(os.getpid(), signal.SIGKILL)
