"""Exit code: the program and its asserts in one file; paid when the interpreter ends with status 0."""

import json
import os
import sys

task = json.load(sys.stdin)
asserts = [f"assert f({given!r}) == {wanted!r}" for given, wanted in zip(task["inputs"], task["expected"], strict=True)]
with open("solution_test.py", "w", encoding="utf-8") as file:
    file.write("\n".join([task["source"], *asserts, ""]))
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.execv(sys.executable, [sys.executable, "solution_test.py"])
