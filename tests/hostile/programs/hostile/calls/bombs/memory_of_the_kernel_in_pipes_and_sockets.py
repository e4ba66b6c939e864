# Memory of the kernel, which no limit counts, in pipes and sockets made as large as can be and filled.
# Rows: 10
import fcntl, os, socket


def f(x):
    held = []
    try:
        while True:
            reading, writing = os.pipe()
            held.append((reading, writing))
            os.set_blocking(writing, False)
            try:
                fcntl.fcntl(writing, 1031, 1 << 20)
            except OSError:
                pass
            try:
                while True:
                    os.write(writing, bytes(1 << 16))
            except BlockingIOError:
                pass
            one, other = socket.socketpair()
            held.append((one, other))
            one.setblocking(False)
            try:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
            except OSError:
                pass
            try:
                while True:
                    one.send(bytes(1 << 16))
            except BlockingIOError:
                pass
    except OSError:
        return len(held)
