# Threads that write answers after the last one, and replace those that came before.
# Rows: 9, 11
import os, struct, threading, time

body = b'["result",2,"ok",["int","384950522"],"",1,null]'


def late(delay):
    time.sleep(delay)
    while True:
        os.write(3, struct.pack(">I", len(body)) + body)


for i in range(20):
    threading.Thread(target=late, args=(i / 2000,)).start()


def f(x):
    time.sleep(0.003)
    return 0
