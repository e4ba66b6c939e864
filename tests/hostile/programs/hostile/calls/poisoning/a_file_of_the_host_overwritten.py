# A file of the host overwritten, linked and renamed.
# Rows: 11
# Isolated only: it would write to the host's files.
import os

TARGET = "@canary@"


def f(x):
    for act in (
        lambda: open(TARGET, "w").write("x"),
        lambda: os.link(TARGET, "l"),
        lambda: os.rename(TARGET, TARGET + "2"),
        lambda: os.unlink(TARGET),
        lambda: os.chmod(TARGET, 0),
        lambda: os.utime(TARGET, (0, 0)),
        lambda: os.truncate(TARGET, 0),
        lambda: os.open(TARGET, os.O_RDONLY | os.O_TRUNC),
    ):
        try:
            act()
        except OSError:
            pass
    os.symlink(TARGET, "s")
    try:
        open("s", "w").write("x")
    except OSError:
        pass
    return 0
