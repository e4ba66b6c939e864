# A search of its own memory.
# Rows: 5
def f(x):
    try:
        return int(open("/proc/self/mem", "rb").read(10))
    except OSError:
        return 0
