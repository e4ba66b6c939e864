# Error handlers and the search of codecs replaced.
# Rows: 4
import codecs, sys

for name in ("backslashreplace", "replace", "surrogateescape", "strict", "ignore"):
    codecs.register_error(name, lambda error: ("x" * 10**6, error.end))
codecs.register(lambda name: None)


def f(x):
    print("\ud800" * 100)
    return "\ud800\udfff\x00"
