# Messages that are not lists, or hold NaN, floats and objects.
# Rows: 9
import os, struct


def f(x):
    for b in (b"{}", b"[NaN]", b"[1.5]", b'"end"', b"\xff"):
        os.write(3, struct.pack(">I", len(b)) + b)
    return 0
