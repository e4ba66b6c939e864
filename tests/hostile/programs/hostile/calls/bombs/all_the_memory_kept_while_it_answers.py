# All the memory kept while the guest wants to answer.
# Rows: 10
kept = []


def f(x):
    size = 1 << 24
    while size:
        try:
            kept.append(bytearray(size))
        except MemoryError:
            size //= 2
    return [x] * 1000
