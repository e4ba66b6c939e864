# Sources that break the compiler.
# Rows: 10
import ast


def f(x):
    for text in (
        "(" * 10**5,
        "-" * 10**6 + "1",
        "1" + "+1" * 10**6,
        "a" + ".b" * 10**6,
        "[" * 500 + "]" * 500,
        "lambda:" * 10**5 + "0",
    ):
        try:
            compile(text, "<x>", "eval")
        except (SyntaxError, MemoryError, RecursionError):
            pass
    return 0
