"""Test statements about classes of the program: their objects, their exceptions, their text."""

from __future__ import annotations

import pytest

from rlvr_envs.sandbox.base import CallResult, Program, Sandbox, Status

SOURCE = """
class StackError(Exception):
    def __init__(self, why):
        super().__init__(f"stack: {why}")
        self.why = why

class Empty(StackError, LookupError):
    pass

class Stack:
    class Full(Exception):
        pass
    def __init__(self, items=()):
        self.items = list(items)
    def pop(self):
        if not self.items:
            raise Empty("nothing")
        return self.items.pop()
    def push(self, item):
        raise Stack.Full("no room")
    def stop(self):
        raise type("Done", (StopIteration,), {})("over")
    def __repr__(self):
        return f"Stack({self.items})"
    def __str__(self):
        return f"<{len(self.items)}>"
    def __eq__(self, other):
        return True
    def __hash__(self):
        return 7

class Deep(Stack):
    pass

def make():
    return Deep()
"""


@pytest.fixture(scope="module")
def sandbox(auto_sandbox: Sandbox) -> Sandbox:
    return auto_sandbox


def run(sandbox: Sandbox, test: str, entry_point: str = "Stack") -> CallResult:
    return sandbox.run(Program(SOURCE, entry_point=entry_point, tests=(test,))).results[0]


@pytest.mark.parametrize(
    "test",
    [
        "assert isinstance(Stack(), Stack)",
        "assert isinstance(make(), Deep) and not isinstance(Stack(), Deep)",
        "assert not isinstance(1, Stack) and not isinstance([], (Stack, Deep))",
        "assert issubclass(Deep, Stack) and not issubclass(Stack, Deep)",
        "assert issubclass(Empty, StackError) and issubclass(Empty, LookupError) and not issubclass(StackError, Empty)",
        "try:\n    Stack().pop()\nexcept Empty as e:\n    assert str(e) == 'stack: nothing'\nelse:\n    raise AssertionError",
        "try:\n    Stack().pop()\nexcept StackError:\n    pass\nelse:\n    raise AssertionError",
        "try:\n    Stack().pop()\nexcept LookupError:\n    pass\nelse:\n    raise AssertionError",
        "try:\n    Stack().push(1)\nexcept Stack.Full:\n    pass\nelse:\n    raise AssertionError",
        "with raises(Stack.Full, match='room'):\n    Stack().push(1)",
        "with raises(StackError) as e:\n    Stack().pop()\nassert type(e.value) is Empty and isinstance(e.value, StackError)",
        "import unittest\nunittest.TestCase().assertRaises(Empty, Stack().pop)",
        "e = StackError('x')\nassert e.why == 'x' and isinstance(e, StackError) and not isinstance(e, Empty)",
        "assert str(Stack([1])) == '<1>' and repr(Stack([1])) == 'Stack([1])' and f'{Stack()} {Stack()!r}' == '<0> Stack([])'",
        "assert type(make()).__name__ == 'Deep' and type(Stack()) is Stack and type(1) is int",
        "s = Stack()\nassert hash(s) == 7 and len({s, s}) == 1 and {s: 1}[s] == 1",
    ],
)
def test_classes_are_what_the_program_says(sandbox: Sandbox, test: str) -> None:
    found = run(sandbox, test)
    assert (found.status, found.raised) == (Status.OK, None)


@pytest.mark.parametrize(
    ("test", "kind", "message"),
    [
        ("class T(Stack):\n    pass", "TypeError", "a class of the tests cannot derive from Stack, a class of the program"),
        ("class T(Empty):\n    pass", "TypeError", "a class of the tests cannot derive from Empty, a class of the program"),
        ("with raises(Empty) as info:\n    Stack().pop()\ninfo.value.why", "AttributeError", "class and text alone come back"),
        ("with raises(Empty):\n    Stack().push(1)", "Full", "no room"),
        ("with raises(Stack.Full, match='empty'):\n    Stack().push(1)", "AssertionError", "'empty' is not in 'no room'"),
        ("assert Stack() == Stack()", "TypeError", "cannot be compared"),
        ("assert len({Stack(), Stack()}) == 1", "TypeError", "cannot be compared"),
        ("for _ in [1]:\n    Stack().stop()", "Done", "over"),
        ("assert not isinstance(Stack(), Stack)", "AssertionError", ""),
    ],
)
def test_what_classes_do_not_do_in_tests_is_an_error_that_says_so(sandbox: Sandbox, test: str, kind: str, message: str) -> None:
    found = run(sandbox, test)
    assert found.status is Status.ERROR
    assert found.raised is not None
    assert found.raised.type == kind
    assert message in found.raised.message


def test_a_value_that_is_too_large_says_so_where_it_is_compared(sandbox: Sandbox) -> None:
    found = sandbox.run(Program("def f(x):\n    return 1 << x", entry_point="f", tests=("n = 1_000_000\nassert f(n) == 1 << n",)))
    assert found.results[0].raised is not None
    assert "int: too large: an int of 1,000,001 bits, at most 1,000,000 come back" in found.results[0].raised.message


def test_long_ints_pass_both_ways(sandbox: Sandbox) -> None:
    tests = ("n = 900_000\nassert f(n) == 1 << n", "assert len(bin(f(20_000))) == 20_003")
    found = sandbox.run(Program("def f(x):\n    return 1 << x", entry_point="f", tests=tests))
    assert [item.status for item in found.results] == [Status.OK, Status.OK]


def test_what_a_function_returns_has_no_text_of_its_own(sandbox: Sandbox) -> None:
    assert run(sandbox, "assert str(make()) == '<Deep>' and repr(make()) == '<Deep>'", "make").status is Status.OK
    assert run(sandbox, "s = make()\nassert hash(s) != 7 and {s: 1}[s] == 1", "make").status is Status.OK


@pytest.mark.parametrize("name", ["E!x", "a,b", "ValueError", "E" * 500, "StopIteration"])
def test_names_of_exceptions_say_no_more_than_a_name(sandbox: Sandbox, name: str) -> None:
    source = f"E = type({name!r}, (KeyError,), {{}})\nclass Stack:\n    def pop(self):\n        raise E('x')"
    tests = ("with raises((KeyError, ValueError, RuntimeError)):\n    Stack().pop()", "assert E is not None", "assert 1 == 2")
    found = sandbox.run(Program(source, entry_point="Stack", tests=tests))
    assert [item.status for item in found.results] == [Status.OK, Status.OK, Status.ERROR]
