# A fault handler's watchdog that ends the process.
# Rows: 1, 10
import faulthandler, time


def f(x):
    with open("log", "w") as log:
        faulthandler.dump_traceback_later(0.02, exit=True, file=log)
        time.sleep(5)
