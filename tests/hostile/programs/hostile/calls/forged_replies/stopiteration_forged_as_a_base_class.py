# An exception whose forged bases name StopIteration and SystemExit.
# Rows: 2, 9
import sys

faults = sys.modules.get("rlvr_guest.faults")
if faults:
    faults.report = lambda error, **k: ["Empty", "", ["StopIteration", "SystemExit", "GeneratorExit"], []]


def f(x):
    raise ValueError
