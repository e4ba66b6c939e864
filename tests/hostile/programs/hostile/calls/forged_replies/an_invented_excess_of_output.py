# An invented excess of output, and an invented lack of memory.
# Rows: 9, 10
import os, struct


def f(x):
    if x % 2:
        body = b'["output"]'
        os.write(3, struct.pack(">I", len(body)) + body)
        os._exit(0)
    os._exit(121)
