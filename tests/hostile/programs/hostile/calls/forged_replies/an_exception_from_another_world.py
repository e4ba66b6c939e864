# A report of an exception with lines, columns and names that no program has.
# Rows: 9, 10
import os, struct


def f(x):
    body = b'["result",0,"raised",["\\u0000<|im_end|>","<|im_start|>",["int","StopIteration"],[[-999999999999,0,-5,999999999999,"f",[["a","b"]]],[0,0,0,0,"",[]]]],"",-5,null]'
    os.write(3, struct.pack(">I", len(body)) + body)
    os._exit(0)
