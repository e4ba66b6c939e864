"""JSON on stdout: a harness below the program prints a verdict as its last line; paid when it says so."""

import json
import os
import sys

HARNESS = """
import json
results = []
for given, wanted in CASES:
    try:
        results.append(bool(f(given) == wanted))
    except Exception:
        results.append(False)
print()
print(json.dumps({"passed": all(results), "results": results}))
"""

task = json.load(sys.stdin)
cases = f"CASES = {list(zip(task['inputs'], task['expected'], strict=True))!r}"
with open("harness.py", "w", encoding="utf-8") as file:
    file.write("\n".join([task["source"], cases, HARNESS]))
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.execv(sys.executable, [sys.executable, "harness.py"])
