# A plain exception class that compares true.
class E(Exception):
    def __eq__(s, o):
        return True


def f(x):
    raise E()
