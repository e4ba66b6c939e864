# os._exit before anything is written.
# Rows: 1
import os

print(int(input()) * 7919 + 13)
os._exit(0)
