"""One check for each form of test: what it asks of the guest, and what it finds in the answers.

A check never sends what it expects.  It is given one :class:`~rlvr_envs.sandbox.base.CallResult` for each thing it asked.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Final

from rlvr_envs.errors import TaskError
from rlvr_envs.info import Verdict
from rlvr_envs.sandbox.base import Call, CallResult, Raised, Status
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest, Task, Test
from rlvr_envs.verifiers.asserts import AssertPlan
from rlvr_envs.verifiers.checkers import Question, question
from rlvr_envs.verifiers.compare import MAX_DIFFERENCE_CHARS, closed, difference, place_of_difference
from rlvr_envs.verifiers.planning import plan, rebinds_known_names
from rlvr_envs.verifiers.show import clip, show

MAX_VALUE_CHARS: Final = 500
_SIDE_CHARS: Final = 100
#: What a test's own expression raises that does not fit the program's values.
_DOES_NOT_FIT: Final = frozenset({"TypeError", "Contradiction", "IndexError", "KeyError", "AttributeError", "ValueError"})


class Mode(Enum):
    """How a program is run for a check (the three modes of :class:`~rlvr_envs.sandbox.base.Program`)."""

    CALLS = "calls"
    STDIN = "stdin"
    TESTS = "tests"


@dataclass(frozen=True)
class Finding:
    """What a check found: a verdict, bounded text of both sides and of their difference, and the exception if there was one."""

    verdict: Verdict
    left: str = ""
    right: str = ""
    difference: str = ""
    raised: Raised | None = None
    needs_object: bool = False  # the test asks something of an object of the program, so it is to be run as a statement


class Check(ABC):
    """A test, ready to be asked and judged."""

    mode: ClassVar[Mode]

    @property
    @abstractmethod
    def text(self) -> str:
        """The test as bounded text."""

    @abstractmethod
    def asks(self) -> tuple[Any, ...]:
        """Returns what the guest is asked: calls, texts for stdin or statements, by :attr:`mode`."""

    def question(self, results: Sequence[CallResult]) -> Question | None:
        """Returns what the task's checker is to be asked about the answers to :meth:`asks`, None when there is nothing to ask."""
        return None

    @abstractmethod
    def judge(self, results: Sequence[CallResult]) -> Finding:
        """Returns what the answers to :meth:`asks` amount to, before the checker is asked if it is to be asked; total."""


def make_check(test: Test, task: Task) -> Check:
    """Returns the check of one test of ``task``.

    Raises:
        TaskError: A test that needs an entry point belongs to a task without one.
    """
    if isinstance(test, StdioTest):
        return StdioCheck(test, task.comparison, bool(task.checker))
    if task.entry_point is None:
        raise TaskError(rule=f"must be a name, as a test of task {task.task_id!r} needs it", field="entry_point", value=None)
    if isinstance(test, CallTest):
        return CallCheck(test, task.entry_point, task.comparison, bool(task.checker))
    planned = None if rebinds_known_names(task.test_setup) else plan(test.source, task.entry_point)
    return StatementCheck(test) if planned is None else AssertCheck(test, planned)


def _without_value(result: CallResult, right: str = "") -> Finding:
    return Finding(Verdict(result.status.value), right=right, raised=result.raised)


def _compared(value: Any, expected: Any, comparison: str) -> tuple[Verdict, str]:
    found = difference(value, expected, comparison)
    return (Verdict.SOLVED, "") if found is None else (Verdict.WRONG, found)


def _not_asked(value: Any) -> tuple[Verdict, str]:
    """Returns what a value comes to that the checker is not asked about."""
    found = closed(value) or "the value is not plain data, or too large"
    return Verdict.WRONG, clip(f"the checker was not asked: {found}", MAX_DIFFERENCE_CHARS)


@dataclass(frozen=True)
class CallCheck(Check):
    """Calls the entry point and compares what it returns by the task's rule, or leaves that to its checker."""

    test: CallTest
    entry_point: str
    comparison: str
    checker: bool = False
    mode: ClassVar[Mode] = Mode.CALLS

    @property
    def text(self) -> str:
        """The call as Python source."""
        arguments = [show(value, MAX_VALUE_CHARS) for value in self.test.args]
        arguments += [f"{name}={show(value, MAX_VALUE_CHARS)}" for name, value in self.test.kwargs.items()]
        return clip(f"{self.entry_point}({', '.join(arguments)})", MAX_VALUE_CHARS)

    def asks(self) -> tuple[Call, ...]:
        """Returns the one call."""
        _, *path = self.entry_point.split(".")
        return (Call(args=self.test.args, kwargs=self.test.kwargs, path=tuple(path)),)

    def question(self, results: Sequence[CallResult]) -> Question | None:
        """Returns arguments, returned value and expected value, when there is a checker and a value for it."""
        if not self.checker or results[0].status is not Status.OK:
            return None
        return question(self.test.args, results[0].value, self.test.expected)

    def judge(self, results: Sequence[CallResult]) -> Finding:
        """Returns solved or wrong for a value, else how the call ended; a checker expects no one value."""
        right = "" if self.checker else show(self.test.expected, MAX_VALUE_CHARS)
        if results[0].status is not Status.OK:
            return _without_value(results[0], right)
        found = _not_asked(results[0].value) if self.checker else _compared(results[0].value, self.test.expected, self.comparison)
        return Finding(found[0], show(results[0].value, MAX_VALUE_CHARS), right, found[1])


@dataclass(frozen=True)
class AssertCheck(Check):
    """An assert whose calls are made in the guest and whose expression is evaluated on the trusted side."""

    test: AssertTest
    plan: AssertPlan
    mode: ClassVar[Mode] = Mode.CALLS

    @property
    def text(self) -> str:
        """The assert as it is written."""
        return clip(self.test.source, MAX_VALUE_CHARS)

    def asks(self) -> tuple[Call, ...]:
        """Returns the calls of the plan."""
        return self.plan.calls

    def judge(self, results: Sequence[CallResult]) -> Finding:
        """Returns solved or wrong once the values are there, else how the first needed call ended."""
        decision = self.plan.decide(results)
        if decision.failed is not None:
            return _without_value(decision.failed)
        sides = [show(side, MAX_VALUE_CHARS) for side in decision.sides]
        left, right = [*sides, "", ""][:2]
        if decision.passed:
            return Finding(Verdict.SOLVED, left, right)
        found = clip(decision.error, MAX_DIFFERENCE_CHARS) or _failure(decision.op, decision.sides)
        return Finding(Verdict.WRONG, left, right, found, needs_object=decision.needs_object)

    def as_statement(self) -> StatementCheck:
        """Returns the check that runs the whole test where the objects of the program can be asked."""
        return StatementCheck(self.test, reopened=True)


@dataclass(frozen=True)
class StatementCheck(Check):
    """Test code that runs in a guest of its own, where the entry point is a stub.

    ``reopened`` is that of a test which had a plan: where its expression does not fit the values, it is wrong as in a plan.
    """

    test: AssertTest
    reopened: bool = False
    mode: ClassVar[Mode] = Mode.TESTS

    @property
    def text(self) -> str:
        """The code as it is written."""
        return clip(self.test.source, MAX_VALUE_CHARS)

    def asks(self) -> tuple[str, ...]:
        """Returns the code."""
        return (self.test.source,)

    def judge(self, results: Sequence[CallResult]) -> Finding:
        """Returns solved if the code ended; wrong if its own assert failed; else what happened.

        An AssertionError that the solution raised has frames in the solution and is an error.
        """
        result = results[0]
        if result.status is Status.OK:
            return Finding(Verdict.SOLVED)
        raised = result.raised
        if self.reopened and raised is not None and not raised.frames and raised.type in _DOES_NOT_FIT:
            return Finding(Verdict.WRONG, difference=clip(f"{raised.type}: {raised.message}", MAX_DIFFERENCE_CHARS))
        if result.status is not Status.ERROR or raised is None or raised.type != "AssertionError" or raised.frames:
            return _without_value(result)
        if not result.op:
            return Finding(Verdict.WRONG, difference="the assertion failed")
        sides = show(result.left, MAX_VALUE_CHARS), show(result.right, MAX_VALUE_CHARS)
        return Finding(Verdict.WRONG, *sides, _failure(result.op, (result.left, result.right)))


@dataclass(frozen=True)
class StdioCheck(Check):
    """Runs the program with a text on stdin and compares what it prints by the task's rule, or leaves that to its checker."""

    test: StdioTest
    comparison: str
    checker: bool = False
    mode: ClassVar[Mode] = Mode.STDIN

    @property
    def text(self) -> str:
        """The input."""
        return f"stdin: {show(self.test.stdin, MAX_VALUE_CHARS - len('stdin: '))}"

    def asks(self) -> tuple[str, ...]:
        """Returns the input."""
        return (self.test.stdin,)

    def question(self, results: Sequence[CallResult]) -> Question | None:
        """Returns the three texts, when there is a checker and the run ended well."""
        if not self.checker or results[0].status is not Status.OK:
            return None
        return question(self.test.stdin, results[0].stdout, self.test.stdout)

    def judge(self, results: Sequence[CallResult]) -> Finding:
        """Returns solved or wrong for a run that ended well, else how it ended; a checker expects no one text."""
        right = "" if self.checker else clip(self.test.stdout, MAX_VALUE_CHARS)
        result = results[0]
        if result.status is not Status.OK:
            return _without_value(result, right)
        found = _not_asked(result.stdout) if self.checker else _compared(result.stdout, self.test.stdout, self.comparison)
        return Finding(found[0], clip(result.stdout, MAX_VALUE_CHARS), right, found[1])


def _failure(op: str, sides: tuple[Any, ...]) -> str:
    """Returns what failed in one line: where two values differ, or the comparison that does not hold."""
    if op == "==" and len(sides) == 2:
        return place_of_difference(*sides)
    shown = [show(side, _SIDE_CHARS) for side in sides]
    return f"{shown[0]} {op} {shown[1]} is false" if len(sides) == 2 else f"{shown[0]} is not true"
