"""Programs that run on several texts in one process get what a process for each would give them, and one try."""

from __future__ import annotations

import pytest

from rlvr_envs.info import Verdict
from rlvr_envs.parsing.code import find_code
from rlvr_envs.sandbox.base import Program, Sandbox
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import CallTest, StdioTest, Suite, Task
from rlvr_envs.verifiers import jobs
from rlvr_envs.verifiers.judging import Judgement, judge_many

NUMBERS = tuple(StdioTest(f"{n}\n", f"{2 * n}\n") for n in (3, 4, 5, 6))
DOUBLE = Task("double", "Print twice the number.", None, Suite(hidden=NUMBERS), limits=Limits(time_s=1.0))
#: Of the hidden answers half are YES; the visible one is shown.
PARITY = Task(
    "parity",
    "Print YES for an even number, else NO.",
    None,
    Suite(
        visible=(StdioTest("7\n", "NO\n"),),
        hidden=tuple(StdioTest(f"{n}\n", "NO\n" if n % 2 else "YES\n") for n in (3, 4, 5, 6, 8, 9)),
    ),
)
RIGHT = "print(2 * int(input()))"
TWO_TRIES = "import math\nn = int(input())\nprint('YES' if hasattr(math, 'seen') else 'NO')\nmath.seen = 1\n"
TWO_TRIES_BY_RAISING = TWO_TRIES + "if n in (4, 9):\n    raise ValueError(n)\n"
KNOWS_HOW_IT_RUNS = """
import sys
frame, mode = sys._getframe(), ""
while frame is not None:
    mode = frame.f_locals.get("payload", {}).get("mode", mode)
    frame = frame.f_back
print("YES" if mode == "mains" else "NO")
"""


@pytest.fixture(params=["if it leaves nothing", "always"], autouse=True)
def sharing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether programs share a process: as the judge decides, and all, since what leaves something behind must be seen then."""
    if request.param == "always":
        monkeypatch.setattr(jobs, "may_share", lambda source: True)


def judge(sandbox: Sandbox, task: Task, source: str) -> Judgement:
    return judge_many(sandbox, [(task, find_code(f"```\n{source}\n```"))])[0]


@pytest.mark.parametrize(
    "source",
    [
        RIGHT,
        "import builtins\nprint(2 * int(input()))\ndel builtins.input\n",
        "import sys\nsys.stdin = open(0)\ncycle = [sys.stdin]\ncycle.append(cycle)\nprint(2 * int(input()))\n",
        "import sys\nprint(2 * int(open(0).read()))\nsys.stdout.close()\n",
        "import os\nout = os.fdopen(1, 'w')\nout.write(str(2 * int(input())))\n",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n" + RIGHT,
        "import logging, sys\nlogging.basicConfig(stream=sys.stdout, format='%(message)s')\nlogging.error(2 * int(input()))\n",
        "import atexit\natexit.register(print, 2 * int(input()))\n",
        "import os\nn = int(input())\nos.makedirs('kept')\nprint(2 * n)\n",
        "import sys\nn = int(input())\nsys.setrecursionlimit(10**5)\nprint(2 * n)\nsys.exit(0)\n",
        "import math\nassert not hasattr(math, 'mark')\nmath.mark = 1\n" + RIGHT,
    ],
)
def test_an_honest_program_is_solved_whatever_it_leaves_behind(sandbox: Sandbox, source: str) -> None:
    found = judge(sandbox, DOUBLE, source)
    assert (found.hidden_passed, found.verdict) == (4, Verdict.SOLVED)


@pytest.mark.parametrize(
    ("source", "passed", "verdict"),
    [
        ("n = int(input())\nprint(2 * n if n != 5 else 0)", 3, Verdict.WRONG),
        ("n = int(input())\nprint(2 * n if n == 3 else 0)", 1, Verdict.WRONG),
        ("n = int(input())\nprint(1 // 0)", 0, Verdict.ERROR),
        ("n = int(input())\nprint(2 * n // (n != 6))", 3, Verdict.ERROR),
        ("import os, sys\nprint(2 * int(input()))\nsys.stdout.flush()\nos._exit(0)", 0, Verdict.FORBIDDEN),
        ("import sys\nprint('junk')\nprint(2 * int(input()))\nsys.stdout.seek(0)", 0, Verdict.ERROR),
        ("while True:\n    print(1)", 0, Verdict.OUTPUT_LIMIT),
    ],
)
def test_a_failure_is_what_a_process_of_its_own_would_show(sandbox: Sandbox, source: str, passed: int, verdict: Verdict) -> None:
    found = judge(sandbox, DOUBLE, source)
    assert (found.hidden_passed, found.verdict) == (passed, verdict)


@pytest.mark.parametrize("source", [TWO_TRIES, TWO_TRIES_BY_RAISING, KNOWS_HOW_IT_RUNS])
def test_a_program_that_answers_otherwise_when_it_runs_alone_has_no_second_try(sandbox: Sandbox, source: str) -> None:
    found = judge(sandbox, PARITY, source)
    assert found.hidden_passed <= 4  # of six: three for a constant, one more by the first text, which has an answer of its own
    assert found.verdict is not Verdict.SOLVED


def test_a_run_knows_no_text_of_a_later_group(sandbox: Sandbox) -> None:
    source = (
        "import sys\nframe, seen = sys._getframe().f_back, []\nwhile frame:\n"
        "    for known in list(frame.f_locals.values()):\n        seen += known.get('texts', []) if type(known) is dict else []\n"
        "        seen += known if type(known) is list and known and type(known[0]) is str and known[0][0] in '17' else []\n"
        "    frame = frame.f_back\n"
        "print(sorted(set(seen)), input())\n"
    )
    result = sandbox.run(Program(source, stdin=("1\n", "12\n", "77\n", "78\n"), together=(2, 2)))
    assert [one.stdout for one in result.results[:2]] == ["['1\\n', '12\\n'] 1\n", "['1\\n', '12\\n'] 12\n"]
    assert "77" in result.results[2].stdout  # it does look at the right place


def test_results_of_an_earlier_group_stand_whatever_comes_later(sandbox: Sandbox) -> None:
    # Otherwise what is told of them could depend on later texts, by which of two runs counts.
    source = (
        "import os, sys\nn = int(input())\nprint('together' if os.fstat(9).st_size else 'alone')\nsys.stdout.flush()\n"
        "if n == 7:\n    os.write(3, b'junk')\n"
    )
    for last in ("7\n", "8\n"):
        result = sandbox.run(Program(source, stdin=("1\n", "2\n", last), together=(2, 1)))
        assert [one.stdout for one in result.results[:2]] == ["together\n"] * 2


def test_a_memory_error_that_earlier_runs_are_the_cause_of_does_not_stand(sandbox: Sandbox) -> None:
    source = "import sys\ninput()\nbig = bytearray(150 << 20)\nsys.excepthook = lambda *a: big\nprint(1)"
    program = Program(source, stdin=("1\n", "1\n", "1\n"), together=(3,), limits=Limits(memory_mib=256))
    assert [one.stdout for one in sandbox.run(program).results] == ["1\n"] * 3


SHOWN = Task(
    "shown",
    "Print twice the number.",
    None,
    Suite(visible=(StdioTest("1\n", "2\n"), StdioTest("2\n", "4\n")), hidden=NUMBERS),
    limits=Limits(time_s=1.0),
)


@pytest.mark.parametrize(
    ("source", "visible", "hidden", "verdict"),
    [
        (RIGHT, 2, 4, Verdict.SOLVED),
        ("n = int(input())\nprint(2 * n if n != 2 else 0)", 1, 4, Verdict.SOLVED),
        ("n = int(input())\nif n == 5:\n    while True:\n        pass\nprint(2 * n)", 2, 2, Verdict.TIMEOUT),
        ("import os\nn = int(input())\nif n == 4:\n    os._exit(0)\nprint(2 * n)", 2, 3, Verdict.FORBIDDEN),
        ("n = int(input())\nprint(2 * n // (n > 1))", 1, 4, Verdict.SOLVED),
        ("n = int(input())\nprint(2 * n // (n != 5))", 2, 3, Verdict.ERROR),
        ("import os\nn = int(input())\nos.makedirs(f'kept{n}')\nprint(2 * n)", 2, 4, Verdict.SOLVED),
    ],
)
def test_hidden_texts_read_after_the_visible_ones_are_judged_as_in_processes_of_their_own(
    sandbox: Sandbox, source: str, visible: int, hidden: int, verdict: Verdict
) -> None:
    found = judge(sandbox, SHOWN, source)
    assert (found.visible_passed, found.hidden_passed, found.verdict) == (visible, hidden, verdict)


def test_a_program_that_takes_the_hidden_texts_for_itself_is_judged_by_each_of_them(sandbox: Sandbox) -> None:
    thief = "import os, threading\nthreading.Thread(target=os.read, args=(4, 9999), daemon=True).start()\n" + RIGHT
    quiet = "import os\nos.set_blocking(4, False)\n" + RIGHT  # then the guest's own code finds nothing there
    for source in (thief, quiet):
        assert judge(sandbox, SHOWN, source).hidden_passed == 4


def test_answers_forged_before_the_hidden_texts_are_known_are_worth_what_they_say(sandbox: Sandbox) -> None:
    source = (
        "import json, os, struct\n"
        "for n, text in enumerate(['2\\n', '4\\n', '6\\n', 'x', 'x', 'x']):\n"
        "    body = json.dumps(['result', n, 'ok', None, '', 1, text, None]).encode()\n"
        "    os.write(3, struct.pack('>I', len(body)) + body)\n"
    )
    found = judge(sandbox, SHOWN, source)
    assert found.hidden_passed <= 1
    assert found.verdict is not Verdict.SOLVED


def test_a_call_that_is_told_of_knows_no_hidden_input(sandbox: Sandbox) -> None:
    source = (
        "import sys\ndef f(x):\n    frame, seen = sys._getframe(), []\n    while frame:\n"
        "        for known in list(frame.f_locals.values()):\n"
        "            if type(known) is dict and 'calls' in known:\n"
        "                seen += [call[0][1] for call in known['calls']]\n"
        "        frame = frame.f_back\n    return sorted(set(seen))\n"
    )
    visible, hidden = (CallTest((1,), 0), CallTest((2,), 0)), (CallTest((77,), 0), CallTest((78,), 0))
    found = judge(sandbox, Task("t", "p", "f", Suite(visible=visible, hidden=hidden)), source)
    assert [case.left for case in found.cases] == ["[1, 2]", "[1, 2]"]


def test_calls_of_later_groups_are_answered_in_the_same_process(sandbox: Sandbox) -> None:
    source = "seen = []\ndef f(x):\n    seen.append(x)\n    return list(seen)"
    visible, hidden = (CallTest((1,), [1]),), (CallTest((2,), [1, 2]), CallTest((3,), [1, 2, 3]))
    found = judge(sandbox, Task("t", "p", "f", Suite(visible=visible, hidden=hidden)), source)
    assert (found.visible_passed, found.hidden_passed, found.verdict) == (1, 2, Verdict.SOLVED)
