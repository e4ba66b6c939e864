"""exec and a shared list: a child executes program and asserts together and then notes that they passed."""

import json
import multiprocessing
import os
import sys

SECONDS = 1.0
DECISION = int(sys.argv[1])


def run(text, results):
    """Executes program and asserts and notes how it went."""
    os.close(DECISION)
    try:
        exec(text, {"__name__": "solution"})
        results.append("passed")
    except BaseException as error:
        results.append(f"failed: {error!r}")


def main():
    """Pays when the first note says that all passed."""
    task = json.load(sys.stdin)
    asserts = [f"assert f({given!r}) == {wanted!r}" for given, wanted in zip(task["inputs"], task["expected"], strict=True)]
    with multiprocessing.Manager() as manager:
        results = manager.list()
        child = multiprocessing.Process(target=run, args=("\n".join([task["source"], *asserts]), results))
        child.start()
        child.join(SECONDS)
        child.kill()
        if list(results)[:1] == ["passed"]:
            os.write(DECISION, b"1")
    os._exit(0)


main()
