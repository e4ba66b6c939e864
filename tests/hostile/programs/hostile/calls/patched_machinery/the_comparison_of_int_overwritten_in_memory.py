# The slot of int that compares, overwritten in memory.
# Rows: 3, 4
import ctypes


@ctypes.CFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.c_int)
def always(a, b, op):
    return op in (1, 2, 5)


def f(x):
    slot = ctypes.c_void_p.from_address(id(int) + 25 * ctypes.sizeof(ctypes.c_void_p))
    slot.value = ctypes.cast(always, ctypes.c_void_p).value
    return -1
