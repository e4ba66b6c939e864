# Threads that go on and change modules when the program is over.
# Rows: 11
import json, math, threading, time


def on():
    for _ in range(10**6):
        math.pi = 3
        json.loads = None
        time.sleep(0.001)


for _ in range(5):
    threading.Thread(target=on).start()


def f(x):
    return 0
