# The test file and its neighbours.
import glob


def f(x):
    return [open(p).read() for p in glob.glob("/**/*hostile*", recursive=False)]
