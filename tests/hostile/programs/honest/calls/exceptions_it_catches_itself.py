# Exceptions it catches itself.
def f(x):
    try:
        [][0]
    except IndexError as e:
        return x * 7919 + 13
