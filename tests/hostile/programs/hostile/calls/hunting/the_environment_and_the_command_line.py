# The environment and the command line.
# Rows: 5
import os, sys


def f(x):
    return [int(v) for v in [*os.environ.values(), *sys.argv] if v.isdigit() and int(v) > 9]
