# A pattern that backtracks for ever, in C.
# Rows: 10
import re


def f(x):
    return re.fullmatch(r"(a+)+", "a" * 64 + "b")
