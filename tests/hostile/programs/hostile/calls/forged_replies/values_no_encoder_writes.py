# Values no encoder writes.
# Rows: 9
import os, struct

b = b'["result",0,"ok",["dict",["list"],1],"",0,null]'


def f(x):
    os.write(3, struct.pack(">I", len(b)) + b)
    os._exit(0)
