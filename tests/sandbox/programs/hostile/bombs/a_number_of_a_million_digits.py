# A number of a million digits.
def f(x):
    return 10**10**6
