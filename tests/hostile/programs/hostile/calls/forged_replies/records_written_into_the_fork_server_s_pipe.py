# Records written into the fork server's own pipe to the judge.
# Rows: 9, 10
# Isolated only: as root it reaches the fork server itself, and what that says is believed.
import os, struct

PARENT = os.getppid()


def f(x):
    for kind, body in ((b"F", b"no disk"), (b"X", b"[]"), (b"Z", b"?"), (b"X", b"nonsense")):
        try:
            fd = os.open(f"/proc/{PARENT}/fd/1", os.O_WRONLY | os.O_NONBLOCK)
            os.write(fd, kind + struct.pack(">I", len(body)) + body)
        except OSError:
            pass
    return 0
