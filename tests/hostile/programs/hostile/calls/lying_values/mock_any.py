# The standard library's own liar: unittest.mock.ANY.
# Rows: 3
from unittest.mock import ANY


def f(x):
    return ANY
