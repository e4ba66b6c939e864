# Thirty pipes of the largest size, filled.
# Rows: 10
import fcntl, os

kept = []


def f(x):
    while len(kept) < 25:
        r, w = os.pipe()
        kept.append((r, w))
        try:
            fcntl.fcntl(w, 1031, 1 << 20)
        except OSError:
            pass
        os.set_blocking(w, False)
        try:
            while True:
                os.write(w, bytes(1 << 16))
        except OSError:
            pass
    return 0
