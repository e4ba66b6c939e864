# Temporary files.
import tempfile, os


def f(x):
    with tempfile.TemporaryDirectory() as d:
        p = os.path.join(d, "a")
        open(p, "w").write(str(x * 7919))
        return int(open(p).read()) + 13
