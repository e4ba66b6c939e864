"""The schema of ``info``: what an environment states as fact, as frozen, typed, JSON-ready data.

Every environment returns the same keys (:data:`INFO_KEYS`) from ``reset`` on; a value that does not exist yet is a typed
empty (``""``, ``nan``, ``()``).  Entries are plain scalars of one fixed type or boxed frozen objects, never dicts:
Gymnasium's vector environments recurse into dicts and change the values in them.

Guaranteed: :func:`to_jsonable` gives strict JSON (nan becomes null, text is valid UTF-8) and :func:`from_jsonable` gives
an equal info back.  Not guaranteed: that text from a guest (exception messages, locals, stdout) is *true*; it is only bounded and
cleaned.  See ``Span.basis``.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal, cast

import numpy as np

from rlvr_envs._records import from_plain, to_plain

Info = dict[str, Any]

#: No info may be larger than this as JSON text, whatever a model writes.
MAX_INFO_BYTES: Final = 64 * 1024


class _NoScore(np.float64):
    """A nan that equals itself: Gymnasium's determinism check compares infos with ``==``, and two absent scores are alike."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _NoScore)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, _NoScore)

    def __hash__(self) -> int:
        return hash(_NoScore)

    def __repr__(self) -> str:
        return "nan"


#: ``audit_score`` where there are no audit tests: nan in every calculation.
NO_SCORE: Final[float] = _NoScore("nan")


class Verdict(str, Enum):
    """What became of an action, or of one test case; a closed list.

    ``NOT_RUN`` is for cases alone: an earlier case stopped the program.  ``UNSCORED`` says that no verifier could decide and
    ``INFRA_ERROR`` that the machinery failed; neither may enter training.
    """

    SOLVED = "solved"
    WRONG = "wrong"
    MALFORMED = "malformed"
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT_LIMIT = "output_limit"
    CRASH = "crash"
    FORBIDDEN = "forbidden"
    UNSCORED = "unscored"
    INFRA_ERROR = "infra_error"
    NOT_RUN = "not_run"

    @property
    def trainable(self) -> bool:
        """Whether a sample with this verdict may enter group statistics and gradients."""
        return self not in (Verdict.UNSCORED, Verdict.INFRA_ERROR)


Basis = Literal["verified", "claimed"]


@dataclass(frozen=True)
class Span:
    """Credit for ``action[start:end]`` (characters, half-open), ``value`` in [-1, 1].

    ``basis`` is ``"verified"`` when the place was computed on the trusted side (a syntax error's position) and ``"claimed"``
    when the guest reported it (its own traceback).  A claim may choose *where* credit falls, never *how much*.
    """

    start: int
    end: int
    value: float
    source: str
    basis: Basis

    def __post_init__(self) -> None:
        """Refuses spans that no consumer could use."""
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span must have 0 <= start < end, got [{self.start}, {self.end})")
        if not -1.0 <= self.value <= 1.0:
            raise ValueError(f"a span's value must be in [-1, 1], got {self.value}")
        if self.basis not in ("verified", "claimed"):
            raise ValueError(f"a span's basis must be 'verified' or 'claimed', got {self.basis!r}")


@dataclass(frozen=True)
class Frame:
    """One frame of a traceback, in the model's own code.

    ``line`` and ``end_line`` are 1-based lines of the program, ``column`` and ``end_column`` 0-based half-open *characters* of
    those lines, -1 where unknown.  ``span`` is the same place in characters of the action (the columns if they are
    known, else the whole line without its indentation), ``(-1, -1)`` where it cannot be traced back.
    ``locals`` are pairs of name and bounded text (claimed by the guest; values of inexact types show only their type).
    """

    line: int
    function: str
    source: str = ""
    end_line: int = -1
    column: int = -1
    end_column: int = -1
    span: tuple[int, int] = (-1, -1)
    locals: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ExceptionInfo:
    """An exception that the model's code raised; ``frames`` from the outermost to the one that raised."""

    type: str
    message: str
    frames: tuple[Frame, ...] = ()
    basis: Basis = "claimed"


@dataclass(frozen=True)
class CaseResult:
    """One visible test case.

    ``call`` is the test as text, ``left`` what the program gave and ``right`` what was expected (both as bounded text, ``""``
    where there is none, as where a checker decides), ``difference`` the path of the first difference (``$[3].name: 4 != 5``) or
    in words why it is wrong, ``stdout`` what was printed, ``wall_s`` the seconds it took.  ``lines`` are the lines of the
    program that it executed, where the environment traces them; ``stopped_at`` is where the program was when its time was up,
    the innermost frame last.  The last three are claimed by the guest.
    """

    id: str
    verdict: str
    call: str = ""
    left: str = ""
    right: str = ""
    difference: str = ""
    exception: ExceptionInfo | None = None
    stdout: str = ""
    wall_s: float = field(default=0.0, compare=False)
    lines: tuple[int, ...] = ()
    stopped_at: tuple[Frame, ...] = field(default=(), compare=False)  # two runs are never stopped at the same instant

    @property
    def passed(self) -> bool:
        """Whether the case counts as passed."""
        return self.verdict == Verdict.SOLVED


#: Why a call of a tool was of no use: it was not carried out, it failed, it was made before, or nobody used its result.
CallProblem = Literal["", "refused", "failed", "repeated", "unused"]


@dataclass(frozen=True)
class ToolCall:
    """One call of a tool, as the trusted side saw it.

    ``ok`` says that it was carried out and of use, ``problem`` why not, ``""`` where it was.  ``span`` is the call's place in the
    action, ``(-1, -1)`` where it has none.  ``arguments`` and ``result`` are bounded text; the result is the tool's word.
    """

    name: str
    ok: bool
    span: tuple[int, int] = (-1, -1)
    problem: CallProblem = ""
    arguments: str = ""
    result: str = ""


@dataclass(frozen=True)
class CheckedStep:
    """One step of a derivation that the trusted side could decide, with its place in the action and why it is wrong."""

    ok: bool
    span: tuple[int, int] = (-1, -1)
    reason: str = ""


@dataclass(frozen=True)
class CheckedConstraint:
    """One constraint of an instruction, decided on the trusted side.

    ``span`` is the place in the action where it is broken, ``(-1, -1)`` where it is kept or something is missing from the whole.
    """

    id: str
    ok: bool
    span: tuple[int, int] = (-1, -1)
    reason: str = ""


@dataclass(frozen=True)
class Resources:
    """What judging cost, measured outside the program: seconds of wall and CPU time, peak memory in MiB.

    All are equal to each other: two runs of one program never measure the same, and infos of equal steps shall be equal.
    """

    wall_s: float = field(default=0.0, compare=False)
    cpu_s: float = field(default=0.0, compare=False)
    max_rss_mib: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class SandboxInfo:
    """Where a program was judged: backend, level (``strong``, ``weak``, ``none``) and the guest's Python version."""

    backend: str = ""
    level: str = ""
    python: str = ""


@dataclass(frozen=True)
class Feedback:
    """All that an environment may tell about one action.

    ``cases`` holds visible cases only; of hidden ones there are counts, and of audit tests nothing (``info["audit_score"]``).
    ``exception`` is one outside any case: a syntax error (verified) or an exception while the program was loaded.
    ``code_span`` is the program's place in the action in characters, ``(-1, -1)`` when there is none.
    ``judge_key`` names task, judge version and comparison mode: equal keys and actions may share a cached result.
    ``truncated`` names the fields that were cut to keep the info small.
    ``tool_calls``, ``steps`` and ``constraints`` are in the order of the action, all that the environment could decide.
    """

    verdict: str = ""
    reason: str = ""
    cases: tuple[CaseResult, ...] = ()
    visible_passed: int = 0
    visible_total: int = 0
    hidden_passed: int = 0
    hidden_total: int = 0
    exception: ExceptionInfo | None = None
    code_span: tuple[int, int] = (-1, -1)
    stdout: str = ""
    resources: Resources = Resources()
    sandbox: SandboxInfo = SandboxInfo()
    judge_key: str = ""
    truncated: tuple[str, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    steps: tuple[CheckedStep, ...] = ()
    constraints: tuple[CheckedConstraint, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Returns the feedback as plain JSON data."""
        return cast("dict[str, Any]", to_plain(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Feedback:
        """Returns the feedback that :meth:`to_dict` wrote."""
        return from_plain(cls, data)


class RewardTerms(Mapping[str, float]):
    """The reward as named terms, in the order in which they were added; immutable, hashable, sums to the reward."""

    __slots__ = ("_terms",)

    def __init__(self, terms: Mapping[str, float] | Iterable[tuple[str, float]] = ()) -> None:
        """Takes the terms as a mapping or as pairs."""
        self._terms: dict[str, float] = {str(k): float(v) for k, v in dict(terms).items()}

    def __getitem__(self, name: str) -> float:
        """Returns the term of that name."""
        return self._terms[name]

    def __iter__(self) -> Iterator[str]:
        """Iterates over the names."""
        return iter(self._terms)

    def __len__(self) -> int:
        """Returns the number of terms."""
        return len(self._terms)

    def __hash__(self) -> int:
        """Hashes the terms, so that equal terms hash alike."""
        return hash(tuple(self._terms.items()))

    def __repr__(self) -> str:
        """Shows the terms as a call that rebuilds them."""
        return f"RewardTerms({self._terms!r})"

    @property
    def total(self) -> float:
        """The reward: the sum of all terms, correctly rounded."""
        return math.fsum(self._terms.values())

    def plus(self, name: str, value: float) -> RewardTerms:
        """Returns new terms with one more.

        Raises:
            ValueError: A term of that name exists already, or the value is not finite.
        """
        if name in self._terms:
            raise ValueError(f"reward term {name!r} exists already; each wrapper needs a name of its own")
        if not math.isfinite(value):
            raise ValueError(f"reward term {name!r} must be finite, got {value}")
        return RewardTerms({**self._terms, name: float(value)})


#: Key -> type of every entry of info, the same in every environment.
INFO_KEYS: Final[Mapping[str, type]] = {
    "task_id": str,
    "turn": int,
    "verdict": str,
    "score": float,
    "is_success": bool,
    "feedback": Feedback,
    "reward_terms": RewardTerms,
    "credit": tuple,
    "trainable": bool,
    "state_key": str,
    "prefill": str,
    "audit_score": float,  # NO_SCORE without audit tests
}


def add_reward_term(info: Info, name: str, value: float) -> Info:
    """Returns a copy of ``info`` whose reward terms hold one more (see :meth:`RewardTerms.plus`)."""
    return {**info, "reward_terms": info["reward_terms"].plus(name, value)}


def add_credit(info: Info, spans: Iterable[Span]) -> Info:
    """Returns a copy of ``info`` whose credit holds these spans as well."""
    return {**info, "credit": (*info["credit"], *spans)}


def add_prefill(info: Info, text: str) -> Info:
    """Returns a copy of ``info`` whose next answer begins with ``text``; the key of the state tells it from one without.

    Raises:
        ValueError: ``info`` has a prefill already.
    """
    if info["prefill"]:
        raise ValueError(f"info must have no prefill yet, got {info['prefill']!r}; use one wrapper that gives hints")
    key = hashlib.blake2b(f"{info['state_key']}\0prefill\0{text}".encode("utf-8", "surrogatepass"), digest_size=16)
    return {**info, "prefill": text, "state_key": key.hexdigest()}


def to_jsonable(info: Info) -> dict[str, Any]:
    """Returns ``info`` as strict JSON data: nan and infinities become null, text is valid UTF-8."""
    return {key: to_plain(value) for key, value in info.items()}


def from_jsonable(data: Mapping[str, Any]) -> Info:
    """Returns the info that :func:`to_jsonable` wrote; keys outside :data:`INFO_KEYS` stay plain data."""
    info: Info = dict(data)
    info["feedback"] = Feedback.from_dict(data["feedback"])
    info["reward_terms"] = RewardTerms(data["reward_terms"])
    info["credit"] = tuple(from_plain(Span, span) for span in data["credit"])
    info["audit_score"] = NO_SCORE if data["audit_score"] is None else float(data["audit_score"])
    return info
