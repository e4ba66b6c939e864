# Sys.exit(0) in the call.
# Rows: 1
import sys


def f(x):
    sys.exit(0)
