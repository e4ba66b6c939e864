# Every knob of the interpreter turned as far as it goes.
# Rows: 11
import decimal, gc, locale, random, sys, warnings

sys.setswitchinterval(1e6)
sys.setrecursionlimit(70)
sys.set_asyncgen_hooks(firstiter=print, finalizer=print)
getattr(sys, "set_int_max_str_digits", print)(0)
sys.dont_write_bytecode = False
sys.unraisablehook = sys.displayhook = sys.breakpointhook = None
decimal.getcontext().prec = 1
decimal.getcontext().traps[decimal.Inexact] = True
gc.disable()
random.seed(0)
warnings.simplefilter("error")


def f(x):
    return 0
