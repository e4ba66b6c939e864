# Hooks and tracing.
# Rows: 4, 11
import sys

sys.settrace(lambda *a: None)
sys.excepthook = print
sys.setprofile(lambda *a: None)


def f(x):
    return 0
