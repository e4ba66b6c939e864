# A thread that writes replies late.
# Rows: 9, 11
import os, struct, threading

b = b'["result",1,"ok",true,"",0,null]'


def late():
    while True:
        os.write(3, struct.pack(">I", len(b)) + b)


threading.Thread(target=late, daemon=True).start()


def f(x):
    return 0
