# Values of which no comparison says anything: nan, in several dresses.
# Rows: 3
def f(x):
    return [float("nan"), complex("nan"), float("inf") - float("inf")][x % 3]
