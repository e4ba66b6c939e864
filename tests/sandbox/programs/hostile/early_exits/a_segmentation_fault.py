# A segmentation fault.
import ctypes


def f(x):
    return ctypes.string_at(1)
