"""Which programs may read several texts in one process: those that leave nothing for the next run."""

from __future__ import annotations

import pytest

from rlvr_envs.parsing.code import find_code
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.tasks.base import StdioTest, Suite, Task
from rlvr_envs.verifiers.judging import judge_many
from rlvr_envs.verifiers.sharing import may_share

SIMPLE = [
    "print(2 * int(input()))",
    "import sys\nfrom collections import Counter, deque\ndata = sys.stdin.read().split()\nprint(Counter(data))",
    "from math import *\nimport heapq as hq\nh = []\nhq.heappush(h, sqrt(2))\nprint(h)",
    "import sys\nsys.setrecursionlimit(10**6)\ninput = sys.stdin.readline\n\ndef f(n):\n    return n and f(n - 1)\nprint(f(3))",
    "class Node:\n    def __init__(self, v):\n        self.v = v\na = Node(1)\na.next = Node(2)\nprint(a.next.v)",
    "print(open(0).read())",
    "import random\nprint(random.randint(1, 6))",
    "from functools import lru_cache\n\n@lru_cache(None)\ndef f(n):\n    return n\nprint(f(3))",
    "import sys\nif __name__ == '__main__':\n    sys.exit(0)",
]
LEAVING = [
    "import logging, sys\na = logging.getLogger('a')\na.addHandler(logging.StreamHandler(sys.stdout))\na.error(2 * int(input()))",
    "import threading\nt = threading.Thread(target=lambda: print(threading.current_thread().name))\nt.start()\nt.join()",
    "import time\nwhile time.process_time() < 0.1:\n    pass\nprint(2 * int(input()))",
    "import this\nprint(input())",
    "import decimal\ndecimal.getcontext().prec += 2\nprint(decimal.getcontext().prec)",
    "import sys\nsys.setrecursionlimit(sys.getrecursionlimit() * 10)\nprint(sys.getrecursionlimit())",
    "import os\nos.environ['n'] = os.environ.get('n', '') + 'x'\nprint(os.environ['n'])",
    "import math\nmath.k = getattr(math, 'k', 0) + 1\nprint(math.k)",
    "import math as m\nm.k = 1",
    "import math\nmine = math\nmine.k = 1",
    "from collections import Counter\nCounter.k = 1",
    "import collections\ndel collections.Counter.update",
    "import sys\nsys.excepthook = print",
    "open('kept', 'a').write('x')\nprint(open('kept').read())",
    "print(().__class__.__base__.__subclasses__())",
    "exec('import math; math.k = 1')",
    "import csv\ncsv.register_dialect('d')",
    "from sys import modules",
    "import xml.dom\nprint(1)",
    "def broken(:",
]


@pytest.mark.parametrize("source", SIMPLE)
def test_programs_as_models_write_them_may_share(source: str) -> None:
    assert may_share(source)


@pytest.mark.parametrize("source", LEAVING)
def test_programs_that_could_leave_something_may_not(source: str) -> None:
    assert not may_share(source)


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        (LEAVING[0], "{}\n"),
        (LEAVING[1], "Thread-1 (<lambda>)\n"),
        (LEAVING[4], "30\n"),
        (LEAVING[5], "10000\n"),
        (LEAVING[6], "x\n"),
        (LEAVING[7], "1\n"),
    ],
)
def test_each_run_of_such_a_program_is_as_the_first(sandbox: Sandbox, source: str, answer: str) -> None:
    tests = tuple(StdioTest(f"{n}\n", answer.format(2 * n)) for n in (1, 2, 3))
    if source is LEAVING[0]:  # it logs to stdout, once
        tests = tuple(StdioTest(f"{n}\n", f"{2 * n}\n") for n in (1, 2, 3))
    found = judge_many(
        sandbox, [(Task("t", "p", None, Suite(visible=tests, hidden=tests)), find_code(f"```python\n{source}\n```"))]
    )
    assert (found[0].visible_passed, found[0].hidden_passed) == (3, 3)
