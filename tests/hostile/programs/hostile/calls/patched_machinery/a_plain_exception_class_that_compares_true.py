# A plain exception class that compares true.
# Rows: 3
class E(Exception):
    def __eq__(s, o):
        return True


def f(x):
    raise E()
