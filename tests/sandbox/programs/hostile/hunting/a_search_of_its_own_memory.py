# A search of its own memory.
def f(x):
    try:
        return int(open("/proc/self/mem", "rb").read(10))
    except OSError:
        return 0
