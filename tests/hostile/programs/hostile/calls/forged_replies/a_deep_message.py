# A deep message.
# Rows: 9, 10
import os, struct

b = b"[" * 60000


def f(x):
    os.write(3, struct.pack(">I", len(b)) + b)
    return 0
