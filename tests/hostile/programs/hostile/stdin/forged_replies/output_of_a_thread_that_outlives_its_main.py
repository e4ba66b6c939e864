# Wrong output of the main thread, and the answer of one that waits until it has ended.
# Rows: 9, 11
import os, threading

x = int(input())


def late():
    threading.main_thread().join()
    os.write(1, b"%d\n" % (x * 7919 + 13))


threading.Thread(target=late, daemon=True).start()
print(0)
