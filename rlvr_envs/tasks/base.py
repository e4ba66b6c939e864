"""Task and TaskSource: the data of one problem, and where problems come from.

A task is frozen data; behaviour lives elsewhere.  The text form is JSON, described in docs/tasks.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np

from rlvr_envs.sandbox.limits import Limits

#: Rules by which returned values are compared; the first is the default of a task with an entry point.
VALUE_COMPARISONS: Final = ("strict", "numeric", "unordered", "set", "items", "python")
#: Rules by which printed text is compared; the first is the default of a task that reads stdin.
STDOUT_COMPARISONS: Final = ("lines", "tokens", "exact", "numbers")


@dataclass(frozen=True)
class AssertTest:
    """A statement that raises when the solution is wrong, usually one assert (as text)."""

    source: str


@dataclass(frozen=True)
class CallTest:
    """A call of the entry point and the value that it must return."""

    args: tuple[Any, ...]
    expected: Any
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StdioTest:
    """A whole-program run: text on stdin, text that must appear on stdout."""

    stdin: str
    stdout: str


Test = AssertTest | CallTest | StdioTest


@dataclass(frozen=True)
class Suite:
    """Three kinds of test.

    ``visible`` ones are in the prompt and their values in the feedback; ``hidden`` ones decide the reward (only counts are
    told); ``audit`` ones are only for monitoring.
    """

    visible: tuple[Test, ...] = ()
    hidden: tuple[Test, ...] = ()
    audit: tuple[Test, ...] = ()

    def __iter__(self) -> Iterator[Test]:
        """Iterates over all tests: visible, hidden, audit."""
        return iter((*self.visible, *self.hidden, *self.audit))


@dataclass(frozen=True)
class Task:
    """One code problem.

    ``entry_point`` is the function to call, None for programs that read stdin.  ``setup`` is code that runs before the
    solution (imports), ``reference`` a right solution, ``test_setup`` code that runs before assert tests, beside the tests and
    not the solution.  ``checker`` is code that defines ``check(input, output, reference)``; it then decides call and stdin tests
    in place of ``comparison``.
    ``comparison`` names the rule by which results are compared: one of :data:`VALUE_COMPARISONS`, without an entry point one of
    :data:`STDOUT_COMPARISONS`, with options where a rule takes them; ``""`` is replaced by the first of them.
    ``Solution().f`` is read as ``Solution.f``.
    """

    task_id: str
    prompt: str
    entry_point: str | None
    tests: Suite
    setup: str = ""
    test_setup: str = ""
    reference: str | None = None
    limits: Limits = Limits()
    comparison: str = ""
    checker: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fills in the default comparison, so that every task names its rule, and writes methods in one way."""
        if self.entry_point is not None and "()." in self.entry_point:
            object.__setattr__(self, "entry_point", self.entry_point.replace("().", ".", 1))
        if not self.comparison:
            known = STDOUT_COMPARISONS if self.entry_point is None else VALUE_COMPARISONS
            object.__setattr__(self, "comparison", known[0])


@runtime_checkable
class TaskSource(Protocol):
    """Where tasks come from.  Immutable after construction, so environments may share one."""

    def sample(self, rng: np.random.Generator, difficulty: float | None = None) -> Task:
        """Draws a task (and, where they are drawn, its hidden inputs) with ``rng`` alone.

        ``difficulty`` is in [0, 1]; None means all difficulties of the source.
        """

    def get(self, task_id: str, rng: np.random.Generator) -> Task:
        """Returns the task of that id; what is drawn afresh per episode is drawn with ``rng``.

        Raises:
            TaskError: There is no such task.
        """

    def ids(self) -> tuple[str, ...] | None:
        """Returns all task ids in a fixed order, None when the source is endless."""
