# Threads and exit handlers that print when the program is over.
# Rows: 9, 11
import atexit, os, threading, time


def late():
    for _ in range(100):
        os.write(1, b"384950522\n")
        time.sleep(0.0005)


threading.Thread(target=late, daemon=True).start()
atexit.register(late)
print(0)
