# Empty messages without end.
# Rows: 9, 10
import os


def f(x):
    while True:
        os.write(3, bytes(4096))
