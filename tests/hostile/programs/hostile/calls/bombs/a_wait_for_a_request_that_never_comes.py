# A wait on its pipes for what never comes.
# Rows: 10
import os


def f(x):
    while True:
        os.read(4, 1) or os.read(0, 1)
