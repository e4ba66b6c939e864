# All the memory.
# Rows: 10
def f(x):
    a = []
    while True:
        a.append(bytearray(1 << 20))
