# A plain dict with keys of a lying str.
# Rows: 3
class S(str):
    __eq__ = lambda s, o: True
    __hash__ = lambda s: 1


def f(x):
    return {S("a"): 1, S("b"): x}
