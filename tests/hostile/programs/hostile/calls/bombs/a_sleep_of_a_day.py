# A sleep of a day.
# Rows: 10
import time


def f(x):
    time.sleep(86400)
