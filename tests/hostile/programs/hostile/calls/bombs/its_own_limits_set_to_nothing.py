# Its own limits set to nothing, so that the guest's code fails.
# Rows: 10
import resource

for name in ("AS", "DATA", "FSIZE", "NOFILE", "STACK"):
    kind = getattr(resource, f"RLIMIT_{name}")
    try:
        resource.setrlimit(kind, (0, resource.getrlimit(kind)[1]))
    except (OSError, ValueError):
        pass


def f(x):
    return list(range(100000))
