# Random numbers from a seed, and the clock.
import random, time


def f(x):
    started = time.perf_counter()
    rng = random.Random(7)
    a, b = rng.sample(range(100), 2), random.Random(7).sample(range(100), 2)
    return x * 7919 + 13 + (a != b) + (time.perf_counter() < started)
