# The interpreter's library poisoned on the disk.
# Rows: 11
# Isolated only: it would write into the interpreter's library.
import json, os


def f(x):
    for name in (
        os.path.join(os.path.dirname(json.__file__), "rlvr_planted.py"),
        os.path.join(os.path.dirname(os.__file__), "rlvr_planted.pth"),
    ):
        try:
            open(name, "w").write("x")
        except OSError:
            pass
    return 0
