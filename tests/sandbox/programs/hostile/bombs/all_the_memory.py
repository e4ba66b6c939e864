# All the memory.
def f(x):
    a = []
    while True:
        a.append(bytearray(1 << 20))
