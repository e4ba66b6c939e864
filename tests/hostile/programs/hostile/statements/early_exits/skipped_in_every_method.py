# Every method skips its test.
# Rows: 2
import unittest


class Box:
    def __getattr__(s, name):
        raise unittest.SkipTest("later")
