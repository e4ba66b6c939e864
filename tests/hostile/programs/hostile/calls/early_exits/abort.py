# os.abort(): death by a signal.
# Rows: 1, 10
import os


def f(x):
    os.abort()
