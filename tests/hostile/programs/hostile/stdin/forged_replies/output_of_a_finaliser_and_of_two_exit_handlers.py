# Output of a finaliser and of exit handlers that contradict each other.
# Rows: 9, 11
import atexit, sys, weakref

x = int(input())


class Held:
    pass


held = Held()
weakref.finalize(held, print, x * 7919 + 13)
atexit.register(print, 0)
sys.modules["held"] = held
