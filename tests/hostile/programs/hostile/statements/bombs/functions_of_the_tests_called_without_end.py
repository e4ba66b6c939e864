# Functions of the tests called without end, whatever they raise.
# Rows: 10
def endless(act, *args):
    while True:
        try:
            act(*args)
        except BaseException:
            pass


class Box:
    put = fill = lambda s, x: None
    get = lambda s: 0
    stream = lambda s, x: [0, 1]
    each = endless

    def each(s, act, x):
        endless(act, x)

    def turn(s, act, xs):
        endless(act, "x" * 1000)
