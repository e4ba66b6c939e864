# All the memory taken while it is loaded, and no word of it.
# Rows: 10
try:
    a = [bytearray(1 << 20) for _ in iter(int, 1)]
except MemoryError:
    b = a


def f(x):
    return 0
