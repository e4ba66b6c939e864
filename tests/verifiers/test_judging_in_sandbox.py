"""Judging real programs in a real sandbox."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rlvr_envs.info import Verdict
from rlvr_envs.parsing.code import find_code
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest, Suite, Task
from rlvr_envs.verifiers.judging import Judgement, judge_many

SQUARE = Task(
    task_id="square",
    prompt="Write f(x) that returns the square of x.",
    entry_point="f",
    tests=Suite(
        visible=(CallTest((3,), 9), AssertTest("assert f(2) == 4")),
        hidden=(CallTest((5,), 25), AssertTest("assert f(6) == 36"), AssertTest("for n in range(3):\n    assert f(n) == n * n")),
        audit=(CallTest((11,), 121),),
    ),
)
ECHO = Task(
    "echo", "Print each number doubled.", None, Suite(visible=(StdioTest("1\n2\n", "2\n4\n"),), hidden=(StdioTest("5\n", "10"),))
)


def judge(sandbox: Sandbox, task: Task, action: str) -> Judgement:
    return judge_many(sandbox, [(task, find_code(action))])[0]


def test_a_right_program_is_solved(sandbox: Sandbox) -> None:
    found = judge(sandbox, SQUARE, "Sure!\n```python\ndef f(x):\n    print('x is', x)\n    return x ** 2\n```")
    assert (found.verdict, found.score, found.audit_score) == (Verdict.SOLVED, 1.0, 1.0)
    assert [(case.verdict, case.left, case.stdout) for case in found.cases] == [
        ("solved", "9", "x is 3\n"),
        ("solved", "4", "x is 2\n"),
    ]
    assert found.sandbox.python.startswith("3.")


def test_a_wrong_program_is_told_where(sandbox: Sandbox) -> None:
    found = judge(sandbox, SQUARE, "def f(x):\n    return x * 3 if x > 2 else x * x")
    assert (found.verdict, found.hidden_passed, found.hidden_total) == (Verdict.WRONG, 1, 3)
    assert [case.verdict for case in found.cases] == ["solved", "solved"]


def test_a_raising_program_is_placed(sandbox: Sandbox) -> None:
    action = "```\ndef f(x):\n    y = 1\n    return 'ä' + x\n```"
    found = judge(sandbox, SQUARE, action)
    assert (found.verdict, found.reason) == (Verdict.ERROR, "exception")
    error = found.cases[0].exception
    assert error is not None
    assert (error.type, error.basis, error.frames[0].locals) == ("TypeError", "claimed", (("x", "3"), ("y", "1")))
    assert action[slice(*error.frames[0].span)] in ("'ä' + x", "return 'ä' + x")  # Python 3.10 tells no columns


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("import sys\ndef f(x):\n    sys.exit(0)", Verdict.FORBIDDEN),
        ("import os\nos._exit(0)", Verdict.FORBIDDEN),
        ("def f(x):\n    return [0] * 10 ** 10", Verdict.MEMORY),
        ("def f(x):\n    while True: print('x' * 1000)", Verdict.OUTPUT_LIMIT),
        ("def g(x):\n    return x", Verdict.ERROR),
        ("1 / 0", Verdict.ERROR),
        ("return 1", Verdict.ERROR),
        ("class L(int):\n    def __eq__(self, other): return True\n    __hash__ = None\ndef f(x): return L(0)", Verdict.WRONG),
        ("def f(x):\n    assert x < 0\n    return x", Verdict.ERROR),
    ],
)
def test_verdicts_of_other_programs(sandbox: Sandbox, source: str, verdict: Verdict) -> None:
    found = judge(sandbox, SQUARE, source)
    assert (found.verdict, found.score) == (verdict, 0.0)


def test_an_endless_program_is_stopped(sandbox: Sandbox) -> None:
    source = "def f(x):\n    while x > 4: pass\n    return x * x"
    found = judge(sandbox, replace(SQUARE, limits=Limits(time_s=1.5)), source)
    assert (found.verdict, found.visible_passed, found.hidden_passed) == (Verdict.TIMEOUT, 2, 1)


def test_a_program_that_lies_about_equality_passes_no_form_of_test(sandbox: Sandbox) -> None:
    source = (
        "class Any(int):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return True\n"
        "    def __lt__(self, other): return True\n    __hash__ = int.__hash__\n    def __bool__(self): return True\n"
        "def f(x): return Any(3)"
    )
    asserts = (
        "assert f(1) == 4",
        "assert f(1) != 3",
        "assert f(1) < 0",
        "assert f(1)",
        "assert [f(1)] == [4]",
        "assert f(1) in [5]",
    )
    task = Task("lie", "", "f", Suite(hidden=(CallTest((1,), 4), *map(AssertTest, asserts))))
    assert judge(sandbox, task, source).hidden_passed == 0


def test_programs_that_read_stdin(sandbox: Sandbox) -> None:
    right = "import sys\nfor line in sys.stdin:\n    print(2 * int(line))"
    assert judge(sandbox, ECHO, right).verdict is Verdict.SOLVED
    found = judge(sandbox, ECHO, right.replace("2 *", "3 *"))
    assert (found.verdict, found.cases[0].left, found.cases[0].right) == (Verdict.WRONG, "3\n6\n", "2\n4\n")


def test_an_error_only_the_compiler_finds_is_told_by_the_guest(sandbox: Sandbox) -> None:
    action = "```\nx = 1\nreturn x\n```"
    found = judge(sandbox, SQUARE, action)
    assert (found.reason, found.exception is not None) == ("load_error", True)
    assert found.exception is not None
    assert (found.exception.type, found.exception.basis) == ("SyntaxError", "claimed")
    assert action[slice(*found.exception.frames[0].span)] == "return x"


PIPELINE = Task(
    task_id="pipeline",
    prompt="Write Pipeline(*steps, on_error): run(items) gives each item after all steps, without those that raise ValueError.",
    entry_point="Pipeline",
    tests=Suite(
        visible=(
            AssertTest("assert list(Pipeline(lambda x: x + 1, str).run(iter([1, 2]))) == ['2', '3']"),
            AssertTest("seen = []\nassert list(Pipeline(int, on_error=seen.append).run(['1', 'a'])) == [1] and seen == ['a']"),
        ),
        hidden=(
            AssertTest("def bad(x):\n    raise KeyError(x)\nwith raises(KeyError, match='7'):\n    list(Pipeline(bad).run([7]))"),
            AssertTest("import itertools\nassert next(Pipeline(lambda x: 2 * x).run(itertools.count(3))) == 6"),
            AssertTest("assert list(Pipeline(lambda x: x + 1, str).run(x for x in [8])) == ['9']"),
        ),
    ),
)
RUNS_STEPS = """
class Pipeline:
    def __init__(self, *steps, on_error=None):
        self.steps, self.on_error = steps, on_error

    def run(self, items):
        for item in items:
            value = item
            try:
                for step in self.steps:
                    value = step(value)
            except ValueError:
                self.on_error(item)
                continue
            yield value
"""


def test_programs_that_call_functions_of_the_tests(sandbox: Sandbox) -> None:
    assert judge(sandbox, PIPELINE, RUNS_STEPS).verdict is Verdict.SOLVED
    found = judge(sandbox, PIPELINE, RUNS_STEPS.replace("step(value)", "step(item)"))
    assert (found.verdict, found.hidden_passed) == (Verdict.WRONG, 2)
    assert (found.cases[0].difference, found.cases[1].verdict) == ("$[0]: '1' != '2'", "solved")
    assert judge(sandbox, PIPELINE, RUNS_STEPS.replace("ValueError", "Exception")).hidden_passed == 2  # swallows the KeyError
    assert judge(sandbox, PIPELINE, RUNS_STEPS.replace("in items:", "in list(items):")).hidden_passed == 2  # draws without end
