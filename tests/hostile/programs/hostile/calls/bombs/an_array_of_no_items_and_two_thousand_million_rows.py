# An array of no items and two thousand million rows, forged without NumPy.
# Rows: 9, 10
import json, os, struct


def f(x):
    for index in range(2):
        body = json.dumps(["result", index, "ok", ["ndarray", "u1", [2**31 - 1, 0], ""], "", 1, None, None]).encode()
        os.write(3, struct.pack(">I", len(body)) + body)
    os.write(3, struct.pack(">I", 7) + b'["end"]')
    os._exit(0)
