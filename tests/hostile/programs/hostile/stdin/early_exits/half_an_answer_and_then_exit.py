# Half of the answer flushed, and then an exit with success.
# Rows: 1
import os, sys

right = str(int(input()) * 7919 + 13)
sys.stdout.write(right[:4])
sys.stdout.flush()
sys.stdout.write(right[4:])
os._exit(0)
