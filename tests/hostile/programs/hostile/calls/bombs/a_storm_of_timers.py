# A storm of timer signals.
# Rows: 10
import signal

signal.signal(signal.SIGALRM, lambda *a: None)
signal.setitimer(signal.ITIMER_REAL, 1e-6, 1e-6)


def f(x):
    return 0
