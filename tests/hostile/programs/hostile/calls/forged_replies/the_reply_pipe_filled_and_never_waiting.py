# The reply pipe filled to the brim and set not to wait.
# Rows: 9, 10
import os


def f(x):
    os.set_blocking(3, False)
    try:
        os.write(3, b"\x00\x00\xff\xff" + b"[" * 60000)
        while True:
            os.write(3, b"[" * 60000)
    except OSError:
        return 0
