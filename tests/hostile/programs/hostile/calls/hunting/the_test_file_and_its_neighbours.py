# The test file and its neighbours.
# Rows: 5, 8
import glob


def f(x):
    return [open(p).read() for p in glob.glob("/**/*hostile*", recursive=False)]
