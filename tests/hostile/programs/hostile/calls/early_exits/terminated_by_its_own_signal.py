# A signal of its own, whose handler leaves with success.
# Rows: 1, 10
import os, signal, time

signal.signal(signal.SIGALRM, lambda *a: os._exit(0))


def f(x):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(5)
