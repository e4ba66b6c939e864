# Records and replies written to every descriptor.
# Rows: 9
import os, struct

body = b'["result",0,"ok",null,"",0,null]'
for fd in range(1, 64):
    for data in (struct.pack(">I", len(body)) + body, b"O\x00\x00\x00\x09384950522", b"X\x00\x00\x00\x02{}"):
        try:
            os.write(fd, data)
        except OSError:
            pass
print(0)
