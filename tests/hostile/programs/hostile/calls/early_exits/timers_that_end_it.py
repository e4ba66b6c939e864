# Timers of every kind whose signals end it.
# Rows: 1, 10
import signal

for kind in (signal.ITIMER_PROF, signal.ITIMER_VIRTUAL, signal.ITIMER_REAL):
    signal.setitimer(kind, 0.01, 0.01)


def f(x):
    while True:
        pass
