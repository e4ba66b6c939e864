# A thread that exits while the call runs.
# Rows: 1
import threading, os, time


def f(x):
    threading.Thread(target=os._exit, args=(0,)).start()
    time.sleep(5)
