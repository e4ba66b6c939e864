"""Planned tests whose calls give objects: decided where the objects are, however the test is phrased."""

from __future__ import annotations

import pytest

from rlvr_envs.info import CaseResult
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.tasks.base import AssertTest
from rlvr_envs.verifiers.judging import Judgement, judge_many
from tests.verifiers.scripted import code, task

STACK = """
class Stack:
    def __init__(self, items=()):
        self.items = list(items)
    def push(self, item):
        self.items.append(item)
    def __len__(self):
        return len(self.items)
    def __getitem__(self, key):
        return self.items[key]
    def __iter__(self):
        return iter(self.items)
    def __contains__(self, item):
        return item in self.items

def make_stack(items=()):
    return Stack(items)
"""
RIGHT = (
    "assert len(Stack()) == 0",
    "s = Stack()\nassert len(s) == 0",
    "assert Stack([1, 2])[0] == 1",
    "assert Stack([1, 2])[-1] == 2",
    "assert Stack([1, 2, 3])[1:] == [2, 3]",
    "assert list(Stack([1, 2])) == [1, 2]",
    "assert 2 in Stack([1, 2])",
    "assert sum(Stack([1, 2])) == 3 and max(Stack([1, 2])) == 2",
    "assert [item for item in Stack([1, 2])] == [1, 2]",
    "s = Stack([1, 2])\nassert len(s) == 2 and list(s) == [1, 2] and s[1] == 2 and s[:1] == [1]",
    "s = Stack()\ns.push(1)\nassert len(s) == 1",
)
WRONG = (
    "assert len(Stack()) == 1",
    "assert Stack([1, 2])[0] == 2",
    "assert list(Stack([1, 2])) == [2, 1]",
    "assert 3 in Stack([1, 2])",
    "assert Stack([1]) == Stack([1])",
    "assert not Stack([1])",
)


def judged(sandbox: Sandbox, source: str, entry_point: str, *tests: str) -> Judgement:
    tried = task([AssertTest(test) for test in tests], entry_point=entry_point)
    (found,) = judge_many(sandbox, [(tried, code(f"```python\n{source}\n```"))])
    return found


def told(sandbox: Sandbox, source: str, test: str) -> CaseResult:
    return judged(sandbox, source, "f", test).cases[0]


@pytest.mark.parametrize("entry_point", ["Stack", "make_stack"])
def test_containers_are_judged_alike_however_a_test_is_phrased(sandbox: Sandbox, entry_point: str) -> None:
    tests = [test.replace("Stack", entry_point) for test in (*RIGHT, *WRONG)]
    found = judged(sandbox, STACK, entry_point, *tests)
    assert [case.verdict for case in found.cases] == ["solved"] * len(RIGHT) + ["wrong"] * len(WRONG)


def test_a_failed_question_to_an_object_tells_both_sides(sandbox: Sandbox) -> None:
    (case,) = judged(sandbox, STACK, "Stack", "assert len(Stack([1])) == 0").cases
    assert (case.left, case.right, case.difference) == ("1", "0", "$: 1 != 0")


def test_a_namedtuple_gives_its_items_and_equals_no_tuple(sandbox: Sandbox) -> None:
    source = "from collections import namedtuple\nP = namedtuple('P', 'a b')\ndef f(x):\n    return P(x, 2)"
    tests = (
        "assert f(1)[0] == 1",
        "assert f(1).a == 1",
        "a = f(1)\nassert a[:2] == (1, 2) and len(a) == 2",
        "assert f(1) == (1, 2)",
    )
    found = judged(sandbox, source, "f", *tests)
    assert [case.verdict for case in found.cases] == ["solved", "solved", "solved", "wrong"]
    assert found.cases[3].difference.endswith("(a subclass of tuple), not plain data; return a plain tuple")


LIAR = """
class Liar(list):
    walks = 0
    def __init__(self, length, total):
        self.length, self.total = length, total
    def __len__(self):
        return self.length
    def __iter__(self):
        self.walks += 1
        return iter([self.total] if self.walks == 1 else [])
    def __getitem__(self, key):
        return self.total if key == -1 else 0

def f(length, total):
    return Liar(length, total)
"""


@pytest.mark.parametrize(
    ("test", "difference"),
    [
        ("r = f(3, 9)\nassert len(r) == 3 and sum(r) == 9", "says it has 3 items and gives 1"),
        ("r = f(3, 9)\nassert sum(r) == 9 and len(r) == 3", "says it has 3 items and gives 1"),
        ("r = f(1, 9)\nassert sum(r) == 9 and all(x in [1, 2] for x in r)", "the assertion failed"),
        ("r = f(2, 9)\nassert r[1] == 0 and r[-1] == 9", "gives two values for its item 1"),
        ("r = f(1, 9)\nassert r[0] == 0 and sum(r) == 9", "gives another item 0 when it is walked"),
        ("r = f(1, 9)\nassert sum(r) == 9 and r[0] == 0", "gives another item 0 when it is walked"),
    ],
)
def test_an_object_of_a_function_must_stand_by_what_it_says(sandbox: Sandbox, test: str, difference: str) -> None:
    case = told(sandbox, LIAR, test)
    assert case.verdict == "wrong"
    assert difference in case.difference


@pytest.mark.parametrize(
    "test",
    [
        "assert f(1) == 2",
        "assert f(1) + 1 == 2",
        "assert abs(f(1) - 2) < 1",
        "assert f(1)",
        "assert max(f(1), 2) == 2",
        "assert f(1) in [2]",
    ],
)
def test_an_int_that_agrees_with_everything_is_not_paid(sandbox: Sandbox, test: str) -> None:
    methods = ("__eq__", "__add__", "__sub__", "__abs__", "__bool__", "__lt__", "__gt__", "__rlt__")
    body = "".join(f"    {name} = lambda *_: True\n" for name in methods)
    assert told(sandbox, f"class I(int):\n{body}    __hash__ = None\ndef f(x):\n    return I(x)", test).verdict == "wrong"


def test_a_program_that_is_stopped_when_its_object_is_asked_is_judged_by_that(sandbox: Sandbox) -> None:
    source = "import os\nclass Stack:\n    def __len__(self):\n        os._exit(0)"
    found = judged(sandbox, source, "Stack", "assert len(Stack()) == 0")
    assert (found.verdict.value, found.reason) == ("forbidden", "stopped")
