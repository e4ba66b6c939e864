# Stdout in packet mode and made as small and as large as pipes can be, and one byte at a time through it.
# Rows: 9, 10
import fcntl, os

for size in (4096, 1 << 20):
    try:
        fcntl.fcntl(1, 1031, size)
    except OSError:
        pass
try:
    fcntl.fcntl(1, fcntl.F_SETFL, os.O_DIRECT | os.O_NONBLOCK | os.O_WRONLY)
except OSError:
    pass
for letter in b"384950522":
    try:
        os.write(1, bytes([letter]))
    except BlockingIOError:
        break
print(0)
