# The fork server killed and stopped.
# Rows: 10, 11
import os, signal

PARENT = os.getppid()


def f(x):
    for s in (signal.SIGSTOP, signal.SIGKILL):
        try:
            if PARENT > 1 and os.getppid() == PARENT:
                os.kill(PARENT, s)
        except OSError:
            pass
    return 0
