# A message that comes one byte at a time and is never whole.
# Rows: 9, 10
import os, struct, time


def f(x):
    os.write(3, struct.pack(">I", 1 << 19) + b'["')
    while True:
        os.write(3, b"x")
        time.sleep(0.001)
