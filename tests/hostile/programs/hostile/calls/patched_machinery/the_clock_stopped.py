# The clock stopped and the time-outs forgotten.
# Rows: 4
import signal, time

time.time = time.perf_counter = time.monotonic = time.process_time = lambda: 0.0
for s in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGXCPU, signal.SIGVTALRM, signal.SIGPROF):
    signal.signal(s, signal.SIG_IGN)
signal.alarm(0)


def f(x):
    while True:
        pass
