# Every descriptor closed, and files of its own opened in their place.
# Rows: 9, 10
import os


def f(x):
    os.closerange(0, 64)
    for i in range(6):
        try:
            os.open(f"f{i}", os.O_RDWR | os.O_CREAT)
        except OSError:
            break
    return 0
