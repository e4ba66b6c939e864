# Descriptors sent to itself through sockets and never received, so that they count as nobody's.
# Rows: 10, 11
import array, socket


def f(x):
    held, sent = [], 0
    try:
        while True:
            one, other = socket.socketpair()
            held.append((one, other))
            for _ in range(50):
                one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [one.fileno()] * 50))])
                sent += 50
    except OSError:
        return sent
