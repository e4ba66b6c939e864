"""Runs test statements in a guest of their own, against a stub of the entry point.

The test source, with the expected values in it, is here and never in the process (or the zygote) of the judged program.
A call of the stub sends ``["call", args, kwargs]`` and waits for ``["return", value, changed arguments]`` or
``["raise", type, message, builtin bases]``.  Asserts that compare two values report both, so their source is rewritten
first: ``assert a == b`` becomes ``assert <compare>("==", a, b)``.
"""

from __future__ import annotations

import ast
import builtins
import operator
import time
import types
from collections.abc import Callable
from typing import Any, NoReturn

from . import codec, faults
from .program import Channel, OpaqueValue, Printed, capture_output, decode, outcome_of

_COMPARE = "__rlvr_compare__"
_OPERATORS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Is: ("is", operator.is_),
    ast.IsNot: ("is not", operator.is_not),
    ast.In: ("in", lambda left, right: left in right),
    ast.NotIn: ("not in", lambda left, right: left not in right),
}
_BY_NAME = dict(_OPERATORS.values())


class _CompareAsserts(ast.NodeTransformer):
    """Rewrites asserts of a single comparison."""

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        test = node.test
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            name = _OPERATORS[type(test.ops[0])][0]
            arguments = [ast.Constant(name), test.left, test.comparators[0]]
            call = ast.Call(func=ast.Name(_COMPARE, ast.Load()), args=arguments, keywords=[])
            node.test = ast.copy_location(call, test)
        return ast.fix_missing_locations(node)


class Comparisons:
    """Remembers both sides of the last comparison that failed."""

    def __init__(self) -> None:
        """Begins with none."""
        self.last: tuple[str, Any, Any] | None = None

    def compare(self, name: str, left: Any, right: Any) -> Any:
        """Returns what the operator ``name`` gives."""
        verdict = _BY_NAME[name](left, right)
        if not verdict:
            self.last = (name, left, right)
        return verdict


class RemoteCallable:
    """Stub of the entry point: every call is answered by the judged program in its own guest."""

    def __init__(self, channel: Channel, name: str) -> None:
        """Keeps the way out."""
        self._channel = channel
        self.__name__ = self.__qualname__ = name
        self.last_error: BaseException | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the program; raises what it raised, as the builtin class of that name or its nearest builtin base."""
        self._channel.send(["call", codec.encode(args), codec.encode(kwargs)])
        answer = self._channel.receive()
        if answer is None:
            raise ConnectionError("the program is gone")
        if answer[0] == "raise":
            self.last_error = rebuild_exception(*answer[1:])
            raise self.last_error
        for argument, changed in zip(args, answer[2] or (), strict=False):
            if changed is not None:
                replace_content(argument, decode(changed))
        return decode(answer[1])


def rebuild_exception(name: str, message: str, bases: list[str]) -> BaseException:
    """Returns a builtin exception for one that was raised elsewhere."""
    for candidate in (name, *bases):
        kind = getattr(builtins, candidate, None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            try:
                error: BaseException = kind(message)
            except TypeError:  # a class such as UnicodeDecodeError that wants more than a message
                continue
            return error
    return Exception(f"{name}: {message}")


def replace_content(target: Any, new: Any) -> None:
    """Gives a mutable argument the content that it has on the other side."""
    if type(target) is not type(new):
        return
    if isinstance(target, (list, bytearray)):
        target[:] = new
    elif isinstance(target, (dict, set)):
        target.clear()
        target.update(new)


def compile_statement(source: str, name: str) -> types.CodeType:
    """Returns the code of a test with its asserts rewritten; raises SyntaxError."""
    return compile(_CompareAsserts().visit(ast.parse(source)), name, "exec", dont_inherit=True)


class _Session:
    """The namespace that the tests of one program share."""

    def __init__(self, channel: Channel, entry_point: str, printed: Printed) -> None:
        self._channel, self._printed = channel, printed
        self._comparisons = Comparisons()
        self._stub = RemoteCallable(channel, entry_point)
        module = types.ModuleType("tests")
        self._namespace = module.__dict__
        self._namespace.update({entry_point: self._stub, _COMPARE: self._comparisons.compare})

    def set_up(self, source: str) -> list[Any] | None:
        """Runs the set-up; returns outcome and report if it failed."""
        try:
            exec(compile_statement(source, "<test setup>"), self._namespace)
        except BaseException as error:  # test code may raise anything
            return [outcome_of(error), faults.report(error, details=False)]
        return None

    def run(self, index: int, source: str) -> None:
        """Runs one statement and reports it; ``extra`` is ``[raised by the program?, op, left, right]``."""
        self._comparisons.last = self._stub.last_error = None
        started = time.perf_counter()
        outcome, body, extra = "ok", None, None
        try:
            exec(compile_statement(source, "<test>"), self._namespace)
        except BaseException as error:  # test code may raise anything
            outcome, body = outcome_of(error), faults.report(error, details=False)
            extra = [error is self._stub.last_error, *self._sides(error)]
        self._channel.send_result(index, outcome, body, printed=self._printed.take(), started=started, extra=extra)

    def _sides(self, error: BaseException) -> list[Any]:
        if type(error) is not AssertionError or self._comparisons.last is None:
            return ["", None, None]
        name, left, right = self._comparisons.last
        return [name, _encode_side(left), _encode_side(right)]


def _encode_side(value: Any) -> Any:
    return ["opaque", value.kind, value.text] if isinstance(value, OpaqueValue) else codec.encode(value)


def run_tests(channel: Channel, payload: dict[str, Any]) -> NoReturn:
    """Runs the set-up and then every test of the payload."""
    printed = capture_output(channel, payload["output_bytes"])
    session = _Session(channel, payload["entry_point"], printed)
    raised = session.set_up(payload["test_setup"])
    channel.send(["loaded", printed.take(), raised])
    if raised is None:
        for index, source in enumerate(payload["tests"]):
            session.run(index, source)
    channel.end()
