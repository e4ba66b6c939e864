# SkipTest and KeyboardInterrupt.
# Rows: 2
import unittest


def f(x):
    raise unittest.SkipTest("fine") if x % 2 else KeyboardInterrupt
