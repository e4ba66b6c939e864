# SystemExit from within a comprehension, an eval and an exec.
# Rows: 1
def f(x):
    return [eval("exec('raise SystemExit(0)')") for _ in "a"]
