# A thousand files with long names, links in circles and no permissions.
# Rows: 10, 11
import os


def f(x):
    os.mkdir("locked")
    for i in range(1000):
        open(f"{i:04}" + "n" * 240, "w").close()
    os.symlink("self", "self")
    os.symlink("/", "root")
    os.chmod("locked", 0)
    return 0
