# Heavy but legal memory.
def f(x):
    a = bytearray(100 << 20)
    return x * 7919 + 13 + a[-1]
