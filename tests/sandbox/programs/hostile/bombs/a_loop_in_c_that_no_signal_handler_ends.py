# A loop in C that no signal handler ends.
def f(x):
    return sum(iter(int, 1))
