# Callbacks of the garbage collector and of weak references that run inside the guest's own functions.
# Rows: 4
import gc, sys, weakref


class G:
    pass


def now(*args):
    frame = sys._getframe().f_back
    while frame:
        frame.f_locals["body"] = frame.f_locals["value"] = True
        frame = frame.f_back


gc.callbacks.append(now)
gc.set_threshold(1, 1, 1)
kept = [weakref.finalize(G(), now)]


def f(x):
    return [G() for _ in range(50)] and 0
