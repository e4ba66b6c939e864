# More results than asked.
# Rows: 9
import os, struct


def say(b):
    os.write(3, struct.pack(">I", len(b)) + b)


def f(x):
    for i in range(9):
        say(b'["result",%d,"ok",true,"",0,null]' % i)
    return 0
