# Os._exit(0) in the call.
# Rows: 1
import os


def f(x):
    os._exit(0)
