# A flood of threads.
# Rows: 10
import threading, time


def f(x):
    while True:
        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
