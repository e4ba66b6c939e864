# A number of a million digits.
# Rows: 10
def f(x):
    return 10**10**6
