"""Where two programs part, by the values that they make."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rlvr_envs.errors import InfraError
from rlvr_envs.sandbox.base import Call, Program, RunResult, Sandbox, Status
from rlvr_envs.sandbox.factory import shared_sandbox
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest, Suite, Task
from rlvr_envs.verifiers.divergence import Traced, divergence_lines, first_difference, first_unaligned

RIGHT = """def f(values):
    total = 0
    for value in values:
        if value > 1:
            total += value
    return total
"""
TESTS = (CallTest(([],), 0), CallTest(([1, 2],), 2), CallTest(([3, 1],), 3))
TASK = Task("sum", "Sum.", "f", Suite(hidden=TESTS))

EVERY_FORM = '''"""Docstring."""
from __future__ import annotations
import asyncio, contextlib
from dataclasses import dataclass, field

class Grid:
    def __getitem__(self, key):
        return key

@dataclass
class Point(object):
    x: int = 1 + 1
    y: list[int] = field(default_factory=list)
    def total(self, *more, scale=2 * 1):
        return super().__hash__ is None, self.x * scale + sum(more)

def gen(n):
    got = yield n + 1
    yield from (i * 2 for i in range(n) if i % 2)

async def wait(x):
    return await asyncio.sleep(0, result=x + 1)

def every_form():
    out = []
    out.append(Grid()[1:2, 0][1])
    a, *rest = [1, *(2, 3)]
    d = {"k": a + 1, **{"z": 3}}
    d["k"] += 2
    del d["z"]
    p: Point = Point()
    p.x -= 1
    out += [p.total(*rest, scale=3)[1], list(gen(4)), f"{a + 1:>{2 + 2}}", lambda: a]
    out.pop()
    while (n := len(out)) < 9 and not n == 8:
        out.append(n if n > 5 else -n)
        continue
    else:
        out.append("else")
    match d:
        case {"k": k} if k > 1:
            out.append(k)
    try:
        assert a == 2, "no" + "w"
    except (AssertionError, ValueError) as error:
        out.append(str(error))
    finally:
        out.append({x for x in rest if x > 2} | {0})
    with contextlib.suppress(KeyError):
        d["none"]
    for i, j in zip(rest, rest):
        out.append((i, j, i < j <= 3, i if j else 0, 1 < 2 < 3))
    def inner():
        nonlocal a
        a += 1
        return a
    return [*out, inner(), asyncio.run(wait(a)), rest[-1:], sorted(rest, key=lambda v: -v)]

'''


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return shared_sandbox("auto")


def traced(values: list[tuple[int, int]], reference: list[int]) -> Traced:
    return Traced(tuple(values), tuple((0, number) for number in reference), same=False)


def test_the_first_value_in_order_and_the_first_without_a_partner() -> None:
    # 7 stands where the other has 5; 5 and 6 have partners once 7 is skipped, so 7 is both.
    assert first_difference(traced([(1, 4), (2, 7), (3, 5), (4, 6)], [4, 5, 6])) == 1
    assert first_unaligned(traced([(1, 4), (2, 7), (3, 5), (4, 6)], [4, 5, 6])) == 1
    # The other makes 9 besides: in order 5 differs from it, aligned 8 is the first alone.
    both = traced([(1, 4), (2, 5), (3, 6), (4, 8)], [4, 9, 5, 6, 7])
    assert (first_difference(both), first_unaligned(both)) == (1, 3)
    # It stopped early: its last value.
    assert first_difference(traced([(1, 4), (2, 5)], [4, 5, 6])) == 1


def test_the_line_that_goes_wrong_is_named_whatever_names_it_uses(sandbox: Sandbox) -> None:
    renamed = RIGHT.replace("total", "t").replace("value in", "v in").replace("if value", "if v").replace("+= value", "+= v")
    assert divergence_lines(sandbox, renamed, RIGHT, TASK) == {}
    assert divergence_lines(sandbox, renamed.replace("> 1", ">= 1"), RIGHT, TASK) == {4: 1.0}
    assert divergence_lines(sandbox, renamed.replace("+=", "-="), RIGHT, TASK) == {5: 1.0}
    assert divergence_lines(sandbox, renamed.replace("return t", "return -t"), RIGHT, TASK) == {6: 1.0}
    # No `return`: it stops while the other goes on, each time at the last value that it makes.
    assert set(divergence_lines(sandbox, renamed.replace("return t", "pass"), RIGHT, TASK)) == {2, 4, 5}


def test_programs_that_read_stdin_are_compared_too_and_test_code_is_not(sandbox: Sandbox) -> None:
    reading = Task("s", "Double.", None, Suite(hidden=(StdioTest("3", "6"),)))
    wrong = "x = int(input())\ny = x * 3\nprint(y)\n"
    assert divergence_lines(sandbox, wrong, wrong.replace("* 3", "* 2"), reading) == {2: 1.0}
    coded = Task("c", "Sum.", "f", Suite(hidden=(AssertTest("import math\nfor i in range(2):\n    assert f([]) == 0"),)))
    assert divergence_lines(sandbox, RIGHT.replace("= 0", "= 1"), RIGHT, coded) == {}


def test_every_form_of_statement_still_does_what_it_did(sandbox: Sandbox) -> None:
    program = EVERY_FORM + "def f(values):\n    return every_form()\n"
    task = replace(TASK, tests=Suite(hidden=(CallTest(([],), 0),)))
    plain, recorded = sandbox.run_many(
        [Program(program, "f", calls=(Call(([],)),)), Program(program, "f", calls=(Call(([],)),), trace_values=True)]
    )
    assert recorded.load_error is None
    assert (recorded.results[0].status, recorded.results[0].value) == (Status.OK, plain.results[0].value)
    assert len(recorded.results[0].values) > 40
    assert divergence_lines(sandbox, program, program, task) == {}


def test_a_program_that_forges_its_values_names_lines_of_its_own_alone(sandbox: Sandbox) -> None:
    forging = "def f(values):\n    for line in (2, 99, -1):\n        __rlvr_value__(line, 'forged')\n    return 7\n"
    assert set(divergence_lines(sandbox, forging, RIGHT, TASK)) <= {1, 2, 3, 4}
    gone = "import builtins\ndel builtins.__rlvr_value__\ndef f(values):\n    return 7\n"
    assert divergence_lines(sandbox, gone, RIGHT, TASK) == {}


def test_a_program_that_never_ends_or_does_not_load_names_nothing(sandbox: Sandbox) -> None:
    for broken in ("def f(values):\n    while True:\n        pass\n", "def f(:", "1 / 0"):
        assert divergence_lines(sandbox, broken, RIGHT, TASK, time_s=0.2) == {}


def test_a_failure_of_the_machinery_is_no_difference() -> None:
    class Broken(Sandbox):
        def run_many(self, programs: object) -> list[RunResult]:
            return [RunResult(Status.INFRA_ERROR, detail="gone")] * 2

        def report(self) -> object:  # type: ignore[override]
            raise NotImplementedError

        def close(self) -> None:
            """Has nothing to end."""

    with pytest.raises(InfraError, match="values were traced: gone"):
        divergence_lines(Broken(), RIGHT, RIGHT, TASK)
