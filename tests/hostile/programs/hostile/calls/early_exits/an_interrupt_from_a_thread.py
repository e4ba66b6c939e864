# KeyboardInterrupt from a thread, at a moment when the guest's own code runs.
# Rows: 2, 10
import _thread, threading, time


def late():
    for _ in range(200):
        _thread.interrupt_main()
        time.sleep(0.0005)


def f(x):
    threading.Thread(target=late, daemon=True).start()
    return 0
