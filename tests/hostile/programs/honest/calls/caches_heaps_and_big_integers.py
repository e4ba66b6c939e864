# Caches, heaps and big integers.
import functools, heapq


@functools.lru_cache(None)
def g(n):
    return 1 if n < 2 else n * g(n - 1)


def f(x):
    h = [3, 1, 2]
    heapq.heapify(h)
    return x * 7919 + 12 + heapq.heappop(h) + g(300) - g(300)
