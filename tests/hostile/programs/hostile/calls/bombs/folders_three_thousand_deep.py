# Folders three thousand deep: whoever deletes them by recursion falls.
# Rows: 10, 11
import os


def f(x):
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
    return 0
