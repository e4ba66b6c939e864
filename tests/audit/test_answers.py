"""Answers that know nothing: what they are, and what they get."""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_envs.audit.answers import CONSTANTS, constants, lookup, stubs
from rlvr_envs.audit.examples import Example, examples_of, shown_examples
from rlvr_envs.parsing.code import find_code
from rlvr_envs.sandbox.factory import shared_sandbox
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest, Suite, Task
from rlvr_envs.verifiers.judging import judge_many


def task(*hidden: Any, visible: tuple[Any, ...] = (), entry_point: str | None = "f", **fields: Any) -> Task:
    return Task("t", fields.pop("prompt", "Write f."), entry_point, Suite(visible=visible, hidden=hidden), **fields)


def scores(of: Task, *sources: str) -> list[float]:
    return [found.score for found in judge_many(shared_sandbox(), [(of, find_code(source)) for source in sources])]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("assert f(1, k=2) == 3", [Example((1,), 3, {"k": 2})]),
        ("assert [3] == f('a')", [Example(("a",), [3])]),
        ("assert f(1) is None", [Example((1,), None)]),
        ("assert f(1)", [Example((1,), True)]),
        ("assert not f(1)", [Example((1,), False)]),
        ("assert f(1) == 2 and f(2) == 3", [Example((1,), 2), Example((2,), 3)]),
        ("for i in range(2):\n    pass\nassert f(-1) == 2", [Example((-1,), 2)]),
        ("assert f(Pair(1)) == 2", [Example(None, 2)]),
        ("assert f(1) != 2", []),
        ("assert g(1) == 2", []),
        ("assert f(1) == f(2)", []),
        ("assert abs(f(1) - 2) < 1", []),
    ],
)
def test_examples_of_asserts(source: str, expected: list[Example]) -> None:
    assert examples_of([AssertTest(source)], "f") == expected


def test_examples_are_shown_by_visible_tests_and_by_sessions_in_the_prompt() -> None:
    prompt = 'def f(x):\n    """Doc.\n    >>> f(1)\n    2\n    >>> g(1)\n    9\n    >>> f(3)\n    [4]\n    """\n'
    shown = shown_examples(task(CallTest((8,), 9), visible=(CallTest((5,), 6),), prompt=prompt))
    assert shown == [Example((5,), 6), Example((1,), 2), Example((3,), [4])]
    assert shown_examples(task(prompt="Say\n>>> f(7)\n8\n")) == [Example((7,), 8)]
    assert shown_examples(task(prompt=">>>f(7)\n8\n")) == []


def test_stubs_pass_what_asks_for_nothing_and_fail_else() -> None:
    nothing = task(AssertTest("assert f(1) != 3"), AssertTest("assert f(2) is None"))
    named = {answer.name: answer.source for answer in stubs(nothing)}
    assert scores(nothing, *named.values()) == [0.0, 1.0, 0.0, 0.5, 0.5]
    assert list(named) == [
        "defines nothing",
        "pass",
        "raise NotImplementedError",
        "return its first argument",
        "return its last argument",
    ]
    echoes = task(CallTest((1, 2), 1), CallTest((3,), 3), CallTest((), 4, {"a": 4, "b": 5}), CallTest((6, 7), 7))
    assert scores(echoes, named["return its first argument"], named["return its last argument"]) == [0.75, 0.5]


def test_constants_are_the_usual_ones_and_those_that_the_tests_expect() -> None:
    found = constants(task(CallTest((1,), {"b", "a"}), CallTest((2,), 7), CallTest((3,), 7), CallTest((4,), float("inf"))))
    names = [answer.name for answer in found]
    assert names == [*(repr(value) for value in CONSTANTS), "7", "{'a', 'b'}", "inf"]
    of = task(CallTest((1,), {"b", "a"}), CallTest((2,), 7), CallTest((3,), 7), CallTest((4,), float("inf")))
    assert scores(of, *(answer.source for answer in found[-3:])) == [0.5, 0.25, 0.25]


def test_a_lookup_gives_the_shown_answers_and_its_default_else() -> None:
    of = task(CallTest(([1],), 2), CallTest((3,), 4, {"k": "v"}), CallTest((9,), 5), visible=(CallTest(([1],), 2),))
    of = Task(of.task_id, ">>> f(3, k='v')\n4\n", "f", of.tests)
    plain, other = lookup(of), lookup(of, "5")
    assert plain is not None
    assert other is not None
    assert (plain.name, other.name) == ("examples", "examples, else 5")
    assert scores(of, plain.source, other.source) == [pytest.approx(2 / 3), 1.0]
    assert lookup(task(CallTest((1,), 2))) is None


def test_methods_and_classes_are_defined_as_the_tests_call_them() -> None:
    method = task(CallTest((1,), 7), entry_point="Solution.solve")
    assert max(scores(method, *(answer.source for answer in constants(method)))) == 1.0
    kind = task(
        AssertTest("c = Counter()\nc.add(2)\nassert c.total() == 7"), entry_point="Counter", reference="class Counter:\n    pass"
    )
    (seven,) = [answer for answer in constants(task(CallTest((), 7), entry_point="Counter", reference=kind.reference))][-1:]
    assert scores(kind, seven.source) == [1.0]


def test_programs_are_answered_by_text() -> None:
    of = task(StdioTest("1\n", "a\n"), StdioTest("2\n", "2\n"), visible=(StdioTest("1\n", "a\n"),), entry_point=None)
    nothing, echo = (answer.source for answer in stubs(of))
    table = lookup(of, repr("2\n"))
    assert table is not None
    first, second = (answer.source for answer in constants(of))
    assert scores(of, nothing, echo, first, second, table.source) == [0.0, 0.5, 0.5, 0.5, 1.0]
