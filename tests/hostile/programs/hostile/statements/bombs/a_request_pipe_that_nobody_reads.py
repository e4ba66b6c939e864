# A request pipe that nobody reads, and replies that never end.
# Rows: 10
import os, struct, sys, time

program = sys.modules.get("rlvr_guest.program")
if program:
    old, count = program.Channel.receive, 0

    def receive(self):
        global count
        count += 1
        if count == 1:
            return old(self)
        os.write(3, struct.pack(">I", 1_000_000) + b'["result",1,"ok","')
        while True:
            os.write(3, b"x" * 4096)

    program.Channel.receive = receive


class Box:
    put = get = fill = each = stream = lambda s, *a: 0
