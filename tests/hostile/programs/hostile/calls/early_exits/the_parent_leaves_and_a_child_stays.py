# The parent leaves with success and a child goes on.
# Rows: 1, 9
import os, time


def f(x):
    if os.fork():
        os._exit(0)
    time.sleep(0.2)
    return 0
