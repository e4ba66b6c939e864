# A row that it says it filled, and arguments of another type in its place.
# Rows: 8, 9
import sys

inplace = sys.modules.get("rlvr_guest.inplace")
if inplace:

    def changed(before, argument, encode):
        return ["list", ["opaque", "int", "#0"]]

    inplace._changed = changed


class Box:
    put = lambda s, x: None
    get = lambda s: 0
    fill = lambda s, row: None
    each = lambda s, act, x: None
    stream = lambda s, x: []
