# Endless output past Python.
# Rows: 10
import os


def f(x):
    while True:
        os.write(1, b"x" * 4096)
