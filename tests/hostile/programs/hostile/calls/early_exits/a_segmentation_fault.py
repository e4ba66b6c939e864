# A segmentation fault.
# Rows: 1, 10
import ctypes


def f(x):
    return ctypes.string_at(1)
