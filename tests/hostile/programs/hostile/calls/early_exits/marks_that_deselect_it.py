# Every mark by which a test collector leaves a module out.
# Rows: 2
__test__ = False
pytestmark = []
collect_ignore_glob = ["*"]


def load_tests(loader, tests, pattern):
    import unittest

    return unittest.TestSuite()


def f(x):
    return 0


f.__test__ = False
f.__unittest_skip__ = True
