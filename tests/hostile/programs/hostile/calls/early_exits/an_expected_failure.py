# Declared as an expected failure, which it then is.
# Rows: 2
import unittest


@unittest.expectedFailure
def f(x):
    raise AssertionError("as expected")
