# Arguments that it says it changed in place, where nothing was to be changed.
# Rows: 8, 9
import sys

serving = sys.modules.get("rlvr_guest.serving")
if serving:
    old = serving.Service.answer

    def answer(self, request):
        value, changed = old(self, request)
        return value, [["list", 0], True, ["opaque", "int", "#0"], None] * 3

    serving.Service.answer = answer


def f(x):
    return 0
