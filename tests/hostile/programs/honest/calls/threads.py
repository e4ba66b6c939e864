# Threads.
import threading


def f(x):
    out = []
    ts = [threading.Thread(target=out.append, args=(i,)) for i in range(4)]
    [t.start() for t in ts]
    [t.join() for t in ts]
    return x * 7919 + 13 + sum(out) - 6
