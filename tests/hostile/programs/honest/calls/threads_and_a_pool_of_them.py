# A pool of threads, locks and events.
from concurrent.futures import ThreadPoolExecutor
import threading

lock, event = threading.Lock(), threading.Event()


def f(x):
    event.set()
    with ThreadPoolExecutor(3) as pool, lock:
        event.wait()
        return sum(pool.map(lambda part: part, (x * 7919, 6, 7)))
