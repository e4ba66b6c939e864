# An end of input that it makes itself, as if there were nothing left to answer.
# Rows: 1, 2
import os

os.lseek(0, 0, os.SEEK_END)
try:
    print(int(input()) * 7919 + 13)
except EOFError:
    pass
