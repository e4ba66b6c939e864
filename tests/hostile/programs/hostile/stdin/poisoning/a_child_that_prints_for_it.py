# A child that prints when its parent has left.
# Rows: 1, 11
import os, time

if os.fork():
    os._exit(0)
time.sleep(0.1)
os.write(1, b"384950522\n")
