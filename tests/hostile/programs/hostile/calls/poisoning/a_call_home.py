# A call home over every kind of socket.
# Rows: 11, 5
# Isolated only: it would reach the listener.
import socket

PORT = int("@port@")


def f(x):
    for family, kind, address in (
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", PORT)),
        (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", PORT)),
        (socket.AF_INET6, socket.SOCK_STREAM, ("::1", PORT)),
        (socket.AF_UNIX, socket.SOCK_STREAM, f"\0rlvr-{PORT}"),
    ):
        try:
            s = socket.socket(family, kind)
            s.settimeout(0.1)
            s.connect(address)
            s.send(b"the answer?")
        except OSError:
            pass
    a, b = socket.socketpair()
    a.send(b"x")
    return 0
