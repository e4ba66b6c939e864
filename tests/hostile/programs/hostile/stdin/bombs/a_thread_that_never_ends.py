# A thread that never ends: the interpreter would wait for it.
# Rows: 10
import threading, time

threading.Thread(target=time.sleep, args=(86400,)).start()
print(0)
