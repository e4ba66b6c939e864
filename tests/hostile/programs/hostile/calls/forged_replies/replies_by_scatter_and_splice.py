# A reply sent past Python by writev, sendfile and splice.
# Rows: 9
import os, struct

body = b'["result",0,"ok",["int","384950522"],"",1,null]'
message = struct.pack(">I", len(body)) + body


def f(x):
    os.writev(3, [message[:7], message[7:]])
    with open("m", "wb") as file:
        file.write(message * 3)
    with open("m", "rb") as file:
        os.sendfile(3, file.fileno(), 0, len(message) * 3)
    os._exit(0)
