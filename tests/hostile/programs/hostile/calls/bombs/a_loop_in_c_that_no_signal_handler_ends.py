# A loop in C that no signal handler ends.
# Rows: 10
def f(x):
    return sum(iter(int, 1))
