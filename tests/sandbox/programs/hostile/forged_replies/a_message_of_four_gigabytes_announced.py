# A message of four gigabytes announced.
import os


def f(x):
    os.write(3, b"\xff\xff\xff\xff" + b"[" * 1000)
    return 0
