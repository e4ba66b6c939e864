# A gigabyte unpacked out of a kilobyte.
# Rows: 10
import zlib


def f(x):
    z = zlib.compress(bytes(1 << 20))
    return b"".join(zlib.decompress(z) for _ in range(1000))
