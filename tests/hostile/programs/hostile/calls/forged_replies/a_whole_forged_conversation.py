# A whole forged conversation.
# Rows: 1, 9
import os, struct


def say(b):
    os.write(3, struct.pack(">I", len(b)) + b)


say(b'["loaded","",null]')
for i in range(3):
    say(b'["result",%d,"ok",true,"",0,null]' % i)
say(b'["end"]')
os._exit(0)
