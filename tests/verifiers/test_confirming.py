"""Failures of programs that ran on several texts in one process count only when a process of its own shows them too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from rlvr_envs.info import Verdict
from rlvr_envs.parsing.code import find_code
from rlvr_envs.sandbox.base import Program, RunResult, Sandbox, SandboxReport
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import StdioTest, Suite, Task
from rlvr_envs.verifiers.judging import judge_many

NUMBERS = tuple(StdioTest(f"{n}\n", f"{2 * n}\n") for n in (3, 4, 5, 6))
DOUBLE = Task("double", "Print twice the number.", None, Suite(hidden=NUMBERS), limits=Limits(time_s=1.0))

RIGHT = "print(2 * int(input()))"
WRONG_FOR_5 = "n = int(input())\nprint(2 * n if n != 5 else 0)"
WRONG_AFTER_3 = "n = int(input())\nprint(2 * n if n == 3 else 0)"
RAISES = "n = int(input())\nprint(1 // 0)"
RAISES_FOR_6 = "n = int(input())\nprint(2 * n // (n != 6))"
BREAKS_WHAT_FOLLOWS = "import builtins\nprint(2 * int(input()))\ndel builtins.input\n"
COUNTS = "import math\nmath.n = getattr(math, 'n', 0) + 1\nprint(2 * int(input()) if math.n == 1 else 'again')\n"
KEEPS_STDIN_OPEN = "import sys\nsys.stdin = open(0)\ncycle = [sys.stdin]\ncycle.append(cycle)\nprint(2 * int(input()))\n"
CLOSES_STDOUT = "import sys\nprint(2 * int(open(0).read()))\nsys.stdout.close()\n"
LEAVES_A_THREAD = "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n" + RIGHT
EXITS_HARD = "import os, sys\nprint(2 * int(input()))\nsys.stdout.flush()\nif __name__ == '__main__':\n    os._exit(0)\n"
SEEDLESS = "import random\nn = int(input())\nprint(2 * n if random.random() > 0.5 else 2 * n)\n"
SLOW_IN_SUM = "import time\ntime.sleep(0.4)\n" + RIGHT


class CountingSandbox(Sandbox):
    """Counts the processes that a judgement asks for."""

    def __init__(self, inner: Sandbox) -> None:
        self._inner = inner
        self.asked: list[tuple[int, bool]] = []
        self.batches = 0

    def run_many(self, programs: Sequence[Program]) -> list[RunResult]:  # type: ignore[override]
        self.batches += 1
        self.asked += [(len(program.stdin), program.together) for program in programs]
        return self._inner.run_many(programs)

    def report(self) -> SandboxReport:
        return self._inner.report()

    def close(self) -> None:
        """Leaves the inner one open, which several tests share."""


@pytest.fixture(scope="module")
def inner() -> Iterator[Sandbox]:
    with make_sandbox("auto", workers=2) as sandbox:
        yield sandbox


@pytest.mark.parametrize(
    ("source", "passed", "verdict", "asked"),
    [
        (RIGHT, 4, Verdict.SOLVED, [(4, True)]),
        (WRONG_FOR_5, 3, Verdict.WRONG, [(4, True), (1, False)]),
        (WRONG_AFTER_3, 1, Verdict.WRONG, [(4, True), (1, False)]),  # the first of three failures stands for the others
        (RAISES, 0, Verdict.ERROR, [(4, True)]),  # as its first run did, in a fresh process
        (RAISES_FOR_6, 3, Verdict.ERROR, [(4, True), (1, False)]),
        (BREAKS_WHAT_FOLLOWS, 4, Verdict.SOLVED, [(4, True), (1, False), (2, False)]),
        (COUNTS, 4, Verdict.SOLVED, [(4, True), (1, False), (2, False)]),
        (KEEPS_STDIN_OPEN, 4, Verdict.SOLVED, [(4, True)]),
        (CLOSES_STDOUT, 4, Verdict.SOLVED, [(4, True)]),
        (LEAVES_A_THREAD, 4, Verdict.SOLVED, [(4, True)]),
        (SEEDLESS, 4, Verdict.SOLVED, [(4, True)]),
        (SLOW_IN_SUM, 4, Verdict.SOLVED, [(4, True)]),
    ],
)
def test_a_program_gets_what_processes_of_their_own_would_give_it(
    inner: Sandbox, source: str, passed: int, verdict: Verdict, asked: list[tuple[int, bool]]
) -> None:
    sandbox = CountingSandbox(inner)
    (found,) = judge_many(sandbox, [(DOUBLE, find_code(f"```\n{source}\n```"))])
    assert (found.hidden_passed, found.verdict) == (passed, verdict)
    assert sandbox.asked == asked


def test_a_program_that_ends_its_own_process_is_forbidden_each_time(inner: Sandbox) -> None:
    (found,) = judge_many(inner, [(DOUBLE, find_code(f"```\n{EXITS_HARD}\n```"))])
    assert (found.hidden_passed, found.verdict) == (0, Verdict.FORBIDDEN)


def test_many_programs_are_confirmed_in_two_batches(inner: Sandbox) -> None:
    sandbox = CountingSandbox(inner)
    sources = [RIGHT, WRONG_FOR_5, COUNTS, BREAKS_WHAT_FOLLOWS, RAISES_FOR_6]
    found = judge_many(sandbox, [(DOUBLE, find_code(f"```\n{source}\n```")) for source in sources])
    assert [one.hidden_passed for one in found] == [4, 3, 4, 4, 3]
    assert sandbox.batches == 3


def test_a_checker_keeps_every_text_in_a_process_of_its_own(inner: Sandbox) -> None:
    checker = "def check(input, output, reference):\n    return int(output) == int(reference)\n"
    task = Task("double", "Print twice the number.", None, Suite(hidden=NUMBERS), checker=checker)
    sandbox = CountingSandbox(inner)
    (found,) = judge_many(sandbox, [(task, find_code(f"```\n{COUNTS}\n```"))])
    assert found.hidden_passed == 4
    assert sandbox.asked[0] == (4, False)
