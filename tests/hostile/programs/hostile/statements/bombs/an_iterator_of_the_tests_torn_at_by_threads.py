# An iterator and a function of the tests torn at by threads that outlive the request.
# Rows: 10, 11
import threading


def tear(act, xs):
    while True:
        try:
            act(next(xs))
        except BaseException:
            pass


class Box:
    put = fill = lambda s, x: None
    get = lambda s: 0
    stream = lambda s, x: [0, 1]

    def each(s, act, x):
        s.turn(act, iter([x] * 1000))

    def turn(s, act, xs):
        for _ in range(8):
            threading.Thread(target=tear, args=(act, xs), daemon=True).start()
        return [0]
