# Warnings, and a log on stderr.
import logging, sys, warnings

logging.basicConfig(stream=sys.stderr, level=logging.DEBUG)


def f(x):
    warnings.warn("deprecated", DeprecationWarning)
    logging.getLogger(__name__).warning("x is %d", x)
    print("to stderr", file=sys.stderr)
    return x * 7919 + 13
