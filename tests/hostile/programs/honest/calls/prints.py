# Prints.
def f(x):
    print("debug", x)
    return x * 7919 + 13
