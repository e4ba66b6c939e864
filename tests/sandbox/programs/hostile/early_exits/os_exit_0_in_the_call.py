# Os._exit(0) in the call.
import os


def f(x):
    os._exit(0)
