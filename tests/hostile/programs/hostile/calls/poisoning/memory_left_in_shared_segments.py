# Shared memory, message queues and files in /dev/shm left behind.
# Rows: 11
# Isolated only: it would leave segments on the host.
import ctypes, os
from multiprocessing import shared_memory

libc = ctypes.CDLL(None)


def f(x):
    for act in (
        lambda: shared_memory.SharedMemory("rlvr-left", create=True, size=1 << 20),
        lambda: open("/dev/shm/rlvr-left2", "w").write("x"),
        lambda: os.mkfifo("/dev/shm/rlvr-fifo"),
    ):
        try:
            act()
        except OSError:
            pass
    return [libc.shmget(0x7219, 4096, 0o1600) >= 0, libc.msgget(0x7219, 0o1600) >= 0, libc.semget(0x7219, 1, 0o1600) >= 0]
