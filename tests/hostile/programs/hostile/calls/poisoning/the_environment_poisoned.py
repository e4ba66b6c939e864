# The environment poisoned for whoever comes next.
# Rows: 11
import os

os.environ.update(PYTHONSTARTUP="x", PYTHONPATH=".", LD_PRELOAD="./x.so", PYTHONHASHSEED="1", PYTHONMALLOC="debug")
os.environ.pop("HOME", None)
os.umask(0)


def f(x):
    return 0
