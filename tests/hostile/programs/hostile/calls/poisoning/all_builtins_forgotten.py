# All builtins forgotten.
# Rows: 4, 11
import builtins


def f(x):
    for name in list(vars(builtins)):
        if name not in ("__name__", "__spec__"):
            delattr(builtins, name)
    return 0
