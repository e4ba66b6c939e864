"""What is run for an audit: the reference several times, answers that know nothing, mutants; all of it batched over a sandbox.

Three rounds over all tasks, as each needs what the one before found: references (their time bounds that of the mutants; those
that fail are run again to see where), then stubs, constants, lookups and mutants, then the lookup that falls back on the best
constant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from rlvr_envs.audit.answers import Answer, constants, lookup, stubs
from rlvr_envs.audit.failures import Failure, find_failures
from rlvr_envs.audit.mutants import Mutant, draw_mutants
from rlvr_envs.info import Verdict
from rlvr_envs.parsing.code import CodeBlock
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.tasks.base import Task
from rlvr_envs.verifiers.judging import Judgement, judge_many

#: Programs of one call of the sandbox; a progress bar moves as often.
_BATCH: Final = 128
#: A mutant may take this many times as long as the reference took, and at least this many seconds.
MUTANT_TIME_FACTOR: Final = 20.0
MUTANT_TIME_S: Final = 1.0

#: Told after each batch how many of how many programs of a round are judged.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Settings:
    """What an audit does: ``runs`` of each reference, ``mutants`` of it, drawn with ``seed``."""

    runs: int = 5
    mutants: int = 20
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuses numbers that would leave nothing to look at.

        Raises:
            ValueError: ``runs`` is below 2 or ``mutants`` is negative.
        """
        if self.runs < 2:
            raise ValueError(f"runs must be at least 2, as one run says nothing of determinism, got {self.runs}")
        if self.mutants < 0:
            raise ValueError(f"mutants must be at least 0, got {self.mutants}")


@dataclass(frozen=True)
class Result:
    """What one program got: share of the goal tests, tests passed by group (visible, hidden, audit), seconds of the run."""

    verdict: str
    score: float
    passed: tuple[int, int, int] = (0, 0, 0)
    wall_s: float = 0.0
    reason: str = ""

    @property
    def solved(self) -> bool:
        """Whether the program would be paid."""
        return self.verdict == Verdict.SOLVED.value

    @property
    def judged(self) -> bool:
        """Whether the verdict says anything of the program."""
        return self.verdict not in (Verdict.INFRA_ERROR.value, Verdict.UNSCORED.value)

    @classmethod
    def of(cls, judgement: Judgement) -> Result:
        """Returns what an audit keeps of a judgement."""
        passed = (judgement.visible_passed, judgement.hidden_passed, judgement.audit_passed)
        return cls(judgement.verdict.value, judgement.score, passed, judgement.resources.wall_s, judgement.reason)


@dataclass(frozen=True)
class Measured:
    """Everything that was run for one task."""

    task: Task
    references: tuple[Result, ...] = ()
    answers: tuple[tuple[Answer, Result], ...] = ()
    mutants: tuple[tuple[Mutant, Result], ...] = ()
    failure: Failure | None = None  # where every run of the reference fails: its first failing test

    @property
    def reference_fails(self) -> bool:
        """Whether every run of the reference passes less than all tests, audit tests included."""
        tests = self.task.tests
        every = (len(tests.visible), len(tests.hidden), len(tests.audit))
        return bool(self.references) and all(run.judged and run.passed != every for run in self.references)

    def best(self, kind: str) -> tuple[Answer, Result] | None:
        """Returns the answer of a kind that passes most, the first of equals; None when none was judged."""
        judged = [pair for pair in self.answers if pair[0].kind == kind and pair[1].judged]
        return max(judged, key=lambda pair: pair[1].score, default=None)

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """Mutants that pass every goal test."""
        return tuple(mutant for mutant, result in self.mutants if result.solved)

    @property
    def judged_mutants(self) -> int:
        """Mutants whose verdict says anything."""
        return sum(result.judged for _, result in self.mutants)

    @property
    def mutation_score(self) -> float | None:
        """Share of the judged mutants that fail a goal test, None without any."""
        return 1.0 - len(self.survivors) / self.judged_mutants if self.judged_mutants else None

    @property
    def time_share(self) -> float | None:
        """The slowest run of the reference as a share of the task's time limit, None without a reference."""
        return max((run.wall_s for run in self.references), default=0.0) / self.task.limits.time_s if self.references else None


def measure(tasks: Sequence[Task], sandbox: Sandbox, settings: Settings, progress: Progress = lambda *_: None) -> list[Measured]:
    """Runs everything and returns one record a task, in order.

    Raises:
        EnvClosed: The sandbox was closed.
        SandboxUnavailable: The sandbox cannot be started.
    """
    batch = _Batch(sandbox, progress)
    referenced = [(task, [task.reference] * settings.runs if task.reference is not None else []) for task in tasks]
    measured = [
        Measured(task, references=tuple(results))
        for task, results in zip(tasks, batch.judge("references", referenced), strict=True)
    ]
    measured = _with_failures(sandbox, measured)
    measured = _with_answers(batch, "answers that know nothing", measured, [_ignorant(task) for task in tasks])
    measured = _with_mutants(batch, measured, settings)
    return _with_answers(batch, "lookups with a default", measured, [_defaulting(one) for one in measured])


@dataclass
class _Batch:
    """Judges programs of many tasks in large batches."""

    sandbox: Sandbox
    progress: Progress

    def judge(self, name: str, asked: Sequence[tuple[Task, Sequence[str]]]) -> list[list[Result]]:
        """Returns the results of each task's programs, in order."""
        items = [(task, _block(source)) for task, sources in asked for source in sources]
        results: list[Result] = []
        for start in range(0, len(items), _BATCH):
            results += map(Result.of, judge_many(self.sandbox, items[start : start + _BATCH]))
            self.progress(name, len(results), len(items))
        remaining = iter(results)
        return [[next(remaining) for _ in sources] for _, sources in asked]


def _block(source: str) -> CodeBlock:
    """Returns a program as if it had been the whole of an answer."""
    offsets = [0]
    for line in source.split("\n")[:-1]:
        offsets.append(offsets[-1] + len(line) + 1)
    return CodeBlock(source, 0, len(source), tuple(offsets))


def _with_failures(sandbox: Sandbox, measured: Sequence[Measured]) -> list[Measured]:
    failing = [one for one in measured if one.reference_fails]
    found = find_failures(sandbox, [(one.task, _block(str(one.task.reference))) for one in failing]) if failing else []
    by_id = {one.task.task_id: failure for one, failure in zip(failing, found, strict=True)}
    return [replace(one, failure=by_id.get(one.task.task_id)) for one in measured]


def _ignorant(task: Task) -> list[Answer]:
    table = lookup(task)
    return [*stubs(task), *constants(task), *([] if table is None else [table])]


def _defaulting(one: Measured) -> list[Answer]:
    best = one.best("constant")
    table = None if best is None or best[0].name == "None" else lookup(one.task, best[0].name)
    return [] if table is None else [table]


def _with_answers(batch: _Batch, name: str, measured: Sequence[Measured], answers: Sequence[Sequence[Answer]]) -> list[Measured]:
    asked = [(one.task, [answer.source for answer in mine]) for one, mine in zip(measured, answers, strict=True)]
    return [
        replace(one, answers=(*one.answers, *zip(mine, results, strict=True)))
        for one, mine, results in zip(measured, answers, batch.judge(name, asked), strict=True)
    ]


def _with_mutants(batch: _Batch, measured: Sequence[Measured], settings: Settings) -> list[Measured]:
    drawn = [
        mutants_of(one.task, settings.mutants, settings.seed) if all(run.solved for run in one.references) else []
        for one in measured
    ]
    asked = [(_hurried(one), [mutant.source for mutant in mine]) for one, mine in zip(measured, drawn, strict=True)]
    return [
        replace(one, mutants=tuple(zip(mine, results, strict=True)))
        for one, mine, results in zip(measured, drawn, batch.judge("mutants", asked), strict=True)
    ]


def mutants_of(task: Task, count: int, seed: int) -> list[Mutant]:
    """Returns mutants of a task's reference, none without one; they do not depend on which other tasks are looked at."""
    if task.reference is None:
        return []
    digest = hashlib.sha256(f"{seed}\0{task.task_id}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:16], "big"))
    return draw_mutants(task.reference, count, rng, entry_point=task.entry_point)


def _hurried(one: Measured) -> Task:
    """Returns the task with less time: many mutants never end, and each would take the whole limit."""
    slowest = max((run.wall_s for run in one.references), default=0.0)
    limits = one.task.limits
    time_s = min(limits.time_s, max(MUTANT_TIME_S, MUTANT_TIME_FACTOR * slowest))
    return replace(one.task, limits=replace(limits, time_s=time_s))
