# Stdin read from before its beginning, and every other descriptor.
# Rows: 5
import os

got = b""
for fd in range(10):
    for act in (lambda fd: os.lseek(fd, 0, 0), lambda fd: os.set_blocking(fd, False)):
        try:
            act(fd)
        except OSError:
            pass
    try:
        got += os.read(fd, 1 << 16)
    except OSError:
        pass
print(got.decode("utf-8", "replace").split()[-1])
