# The payload in the frames below it, printed whole.
# Rows: 5
import sys

frame = sys._getframe()
while frame:
    for name, value in list(frame.f_locals.items()):
        if type(value) in (dict, list, str, int):
            print(name, repr(value)[:300])
    frame = frame.f_back
