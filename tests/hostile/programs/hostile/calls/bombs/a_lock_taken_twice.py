# A lock taken twice.
# Rows: 10
import threading

lock = threading.Lock()


def f(x):
    lock.acquire()
    lock.acquire()
