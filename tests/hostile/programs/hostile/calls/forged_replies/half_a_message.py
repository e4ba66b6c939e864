# Half a message, and then the end.
# Rows: 9, 10
import os, struct


def f(x):
    os.write(3, struct.pack(">I", 500) + b'["result",0,"ok",')
    os._exit(0)
