# More input awaited than there is, for ever.
# Rows: 10
import sys, time

while True:
    sys.stdin.read()
    time.sleep(0.001)
