# A message of four gigabytes announced.
# Rows: 9, 10
import os


def f(x):
    os.write(3, b"\xff\xff\xff\xff" + b"[" * 1000)
    return 0
