"""The sandbox protocol: what goes in (code and inputs), what comes out (values as exact-type data), and nothing else.

A :class:`Program` never holds an expected value next to the code that is judged: calls carry inputs alone, and test source
(``Program.tests``) is run in a *second* guest in which the entry point is a stub.  Results say what happened; whether that is
right is decided on the trusted side (:mod:`rlvr_envs.verifiers`).

A third party adds a backend by subclassing :class:`Sandbox` in one file.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Any, Literal

from rlvr_envs.info import Resources
from rlvr_envs.sandbox.limits import Limits

Level = Literal["strong", "weak", "none"]


class Status(str, Enum):
    """How a program, a call or a test ended, as seen from outside; no judgement of its value."""

    OK = "ok"
    ERROR = "error"  # raised an exception
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT_LIMIT = "output_limit"
    CRASH = "crash"  # died from a signal
    FORBIDDEN = "forbidden"  # SystemExit in a call, os._exit, killing itself, a forged or surplus reply
    INFRA_ERROR = "infra_error"  # the machinery failed; says nothing about the program
    NOT_RUN = "not_run"  # an earlier call or test stopped the program


@dataclass(frozen=True)
class Call:
    """One call of the program's entry point; ``path`` names an attribute below it (``("solve",)`` of a class)."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """One judged program and all that is asked of it.

    Exactly one of three modes is used: ``calls`` (the entry point is called in one process, in order), ``stdin`` (the source
    is run as ``__main__``, once per text, each in a process of its own or several ``together``) or ``tests`` (statements, each
    run in a second guest against a stub of the entry point; ``test_setup`` is run there first).  ``setup`` runs before ``source``
    in the same namespace but as another file, so that line numbers of ``source`` are its own.
    """

    source: str
    entry_point: str | None = None
    setup: str = ""
    calls: tuple[Call, ...] = ()
    stdin: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    test_setup: str = ""
    settled: bool = False  # whether the tests change no object of the program: then its answers must fit together
    limits: Limits = Limits()
    # Sizes of groups of calls, or of texts for stdin that may share one process; each is sent when those before are answered.
    together: tuple[int, ...] = ()
    role: Literal["program", "tests"] = "program"  # kind of worker: one that runs solutions, or one that never does
    trace_calls: frozenset[int] | None = None  # indexes of the calls whose tracebacks and locals are wanted; None: all
    trace_lines: bool = False  # whether the executed lines are wanted too, of all items
    trace_values: bool = False  # whether the values that lines make are wanted, in place of the lines


@dataclass(frozen=True)
class Opaque:
    """A value that is not exact plain data: an instance of a subclass, an object, or one too large or too deep.

    It equals nothing, itself included.  ``text`` is a bounded description that never ran the guest's ``__repr__``.
    """

    type_name: str
    text: str = ""

    def __eq__(self, other: object) -> bool:
        """Returns False: an opaque value equals nothing."""
        return False

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Iterated:
    """What a returned generator or iterator gave when it was walked in the guest: its items, and whether it ended by itself.

    ``ended`` is False when there were more items than are taken (10,000).  Like :class:`Opaque` it equals nothing: it is no list,
    and a rule or a test that wants its items says so.
    """

    type_name: str
    items: tuple[Any, ...] = ()
    ended: bool = True

    def __eq__(self, other: object) -> bool:
        """Returns False: an iterator equals nothing."""
        return False

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class RaisedFrame:
    """A frame in ``source``: 1-based lines; columns are 0-based half-open UTF-8 *bytes* as CPython reports, -1 unknown."""

    line: int
    function: str
    end_line: int = -1
    column: int = -1
    end_column: int = -1
    locals: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Raised:
    """An exception as the guest tells it (claimed): type name, cleaned and bounded message, frames in ``source``."""

    type: str
    message: str
    frames: tuple[RaisedFrame, ...] = ()
    bases: tuple[str, ...] = ()  # names of the exception classes it derives from, builtin or own


@dataclass(frozen=True)
class CallResult:
    """What one call, test statement or stdin run gave.

    ``value`` is the decoded return value of a call (``Opaque`` if not plain data, ``Iterated`` for an iterator; arrays and
    numbers of NumPy are themselves).  ``stdout`` is what was printed, for a stdin run the program's whole output (decoded, not
    cleaned: it is judged).  For a failed test statement that compares, ``left``, ``op`` and ``right`` hold both sides as decoded
    values (``op`` is ``""`` when the test compares nothing).  ``lines`` are the executed lines of ``source``, where they were
    asked for; ``values`` pairs of a line and a number that stands for a value which it made, in order, where values were;
    ``stopped_at`` is where a program was when its time was up, the innermost frame last (all claimed).
    """

    status: Status
    value: Any = None
    raised: Raised | None = None
    stdout: str = ""
    wall_s: float = 0.0
    left: Any = None
    op: str = ""
    right: Any = None
    lines: tuple[int, ...] = ()
    values: tuple[tuple[int, int], ...] = ()
    stopped_at: tuple[RaisedFrame, ...] = ()


@dataclass(frozen=True)
class RunResult:
    """What one program did: ``status`` of the whole, ``load_error`` if it raised while loading, one result per item asked.

    ``results`` has exactly one entry per call, stdin text or test, in order.  ``status`` is OK when the program loaded and its
    process ended as the worker wanted.  ``resources`` are measured outside the program.
    """

    status: Status
    results: tuple[CallResult, ...] = ()
    load_error: Raised | None = None
    stdout: str = ""
    resources: Resources = Resources()
    python: str = ""
    detail: str = ""  # for INFRA_ERROR, CRASH and FORBIDDEN: what was seen


@dataclass(frozen=True)
class SandboxReport:
    """What a sandbox enforces here; ``features`` maps each measure to whether it is in force (or its ABI, as text)."""

    backend: str
    level: Level
    python: str
    features: Mapping[str, bool | str]


class Sandbox(ABC):
    """Runs hostile programs.  Thread-safe; keeps warm workers until :meth:`close`."""

    def run(self, program: Program) -> RunResult:
        """Runs one program; never raises for what it does."""
        return self.run_many([program])[0]

    @abstractmethod
    def run_many(self, programs: Iterable[Program]) -> list[RunResult]:
        """Runs programs over all workers and returns their results in order.

        One program's infrastructure error is *its* result (``Status.INFRA_ERROR``) and leaves the others alone.

        Raises:
            EnvClosed: The sandbox was closed.
            SandboxUnavailable: The workers cannot be started at all.
        """

    @abstractmethod
    def report(self) -> SandboxReport:
        """Returns what is enforced, as measured by a probe in a real worker."""

    @abstractmethod
    def close(self) -> None:
        """Ends all workers; idempotent."""

    def __enter__(self) -> Sandbox:
        """Returns itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Closes the sandbox."""
        self.close()
