"""Calls of a function or method: values, exceptions, printed text, and programs that do not load."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from rlvr_envs.sandbox.base import Call, Opaque, Program, Sandbox, Status
from tests.sandbox.contract.asking import ask, calls, statuses

COUNTING_CLASS = """
class Solution:
    def __init__(self):
        self.n = 0
    def solve(self, a, b=1):
        self.n += 1
        return a - b, self.n
"""
INEXACT_VALUES = """
class N(int):
    pass
class R:
    def __repr__(self):
        return 'forged'
def f(x):
    return [N(3), R(), x]
"""
COUNTING_CALLS = """
import math
n = 0
def f(x):
    global n
    n += 1
    math.poison = getattr(math, 'poison', 0) + 1
    return n, math.poison
"""


class CallsContract:
    """A part of the contract of every sandbox backend."""

    def test_calls_give_values_in_order(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "def f(x):\n    return x * 2", 1, "ab", [1])
        assert result.status is Status.OK
        assert [item.value for item in result.results] == [2, "abab", [1, 1]]

    def test_values_keep_their_exact_types(self, sandbox: Sandbox) -> None:
        source = (
            "from decimal import Decimal\ndef f(x):\n    return [True, 1, 1.0, -0.0, (1,), {2}, b'a', Decimal('1.50'), x, None]"
        )
        value = ask(sandbox, source, float("inf")).results[0].value
        assert [type(item) for item in value] == [bool, int, float, float, tuple, set, bytes, Decimal, float, type(None)]
        assert math.copysign(1, value[3]) == -1
        assert str(value[7]) == "1.50"
        assert value[8] == float("inf")

    def test_keyword_arguments_and_paths_below_a_class_are_called(self, sandbox: Sandbox) -> None:
        call = Call((5,), {"b": 2}, ("solve",))
        result = sandbox.run(Program(COUNTING_CLASS, entry_point="Solution", calls=(call, call)))
        assert [item.value for item in result.results] == [(3, 1), (3, 1)]

    def test_state_lasts_over_the_calls_of_one_program_and_not_into_the_next(self, sandbox: Sandbox) -> None:
        assert [item.value for item in ask(sandbox, COUNTING_CALLS, 0, 0).results] == [(1, 1), (2, 2)]
        assert [item.value for item in ask(sandbox, COUNTING_CALLS, 0).results] == [(1, 1)]

    def test_instances_of_subclasses_and_objects_are_opaque(self, sandbox: Sandbox) -> None:
        value = ask(sandbox, INEXACT_VALUES, 1).results[0].value
        assert [type(item) for item in value] == [Opaque, Opaque, int]
        assert (value[0].type_name, value[1].type_name) == ("N", "R")
        assert "forged" not in value[1].text

    def test_an_exception_is_told_with_line_columns_and_locals(self, sandbox: Sandbox) -> None:
        source = "def f(x):\n    rows = [1, x]\n    return sum(rows) // x\n"
        raised = ask(sandbox, source, 0).results[0].raised
        assert raised is not None
        assert (raised.type, raised.message) == ("ZeroDivisionError", "integer division or modulo by zero")
        assert raised.bases[:2] == ("ZeroDivisionError", "ArithmeticError")
        assert (raised.frames[-1].line, raised.frames[-1].function) == (3, "f")
        assert raised.frames[-1].locals == (("x", "0"), ("rows", "[1, 0]"))

    def test_locals_are_told_only_for_the_calls_asked(self, sandbox: Sandbox) -> None:
        program = Program("def f(x):\n    return 1 // x", entry_point="f", calls=calls(0, 0), trace_calls=frozenset({1}))
        raised = [item.raised for item in sandbox.run(program).results]
        assert [len(item.frames) for item in raised if item] == [0, 1]

    def test_the_repr_of_the_program_is_never_called(self, sandbox: Sandbox) -> None:
        source = (
            "class R:\n    def __repr__(self):\n        return 'forged'\ndef f(x):\n    r = [R()]\n    raise ValueError('no')"
        )
        raised = ask(sandbox, source, 0).results[0].raised
        assert raised is not None
        assert dict(raised.frames[0].locals)["r"] == "[<R>]"

    def test_line_numbers_are_those_of_the_source_whatever_the_setup(self, sandbox: Sandbox) -> None:
        program = Program(
            "def f(x):\n    return helper(x)", entry_point="f", setup="\n\ndef helper(x):\n    return 1 // x", calls=calls(0)
        )
        raised = sandbox.run(program).results[0].raised
        assert raised is not None
        assert [frame.line for frame in raised.frames] == [2]

    def test_text_of_the_guest_is_cleaned_and_capped(self, sandbox: Sandbox) -> None:
        source = "def f(x):\n    s = 'a' * 5000\n    print('\\x1b[31m' + s)\n    raise ValueError('\\x07\\ud800' + s)"
        item = ask(sandbox, source, 0).results[0]
        assert item.raised is not None
        assert item.raised.message.startswith("\ufffd\ufffdaaa")
        assert len(item.raised.message) <= 2000
        assert len(item.stdout) <= 4096
        assert item.stdout.startswith("\ufffd[31m")
        assert len(dict(item.raised.frames[0].locals)["s"]) <= 200

    def test_what_a_call_prints_is_its_own(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "print('load')\ndef f(x):\n    print('call', x)", 1, 2)
        assert result.stdout == "load\n"
        assert [item.stdout for item in result.results] == ["call 1\n", "call 2\n"]

    def test_a_syntax_error_is_a_load_error_with_its_line(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "x = 1\ndef f(:\n", 1)
        assert result.status is Status.ERROR
        assert result.load_error is not None
        assert (result.load_error.type, result.load_error.frames[0].line) == ("SyntaxError", 2)
        assert statuses(result) == [Status.NOT_RUN]

    def test_a_missing_entry_point_is_a_load_error(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "def g(x):\n    return x", 1)
        assert result.load_error is not None
        assert "'f'" in result.load_error.message

    @pytest.mark.parametrize("source", ["", "\x00", "\ud800", "(" * 5000, "x" * 10**6])
    def test_text_that_is_no_program_is_a_load_error(self, sandbox: Sandbox, source: str) -> None:
        result = ask(sandbox, source, 1)
        assert result.status in (Status.ERROR, Status.MEMORY, Status.CRASH)
        assert statuses(result) in ([Status.NOT_RUN], [Status.CRASH])
