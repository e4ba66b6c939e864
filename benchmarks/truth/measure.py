"""What is run: mutants of references, each judged by the sandbox and by plain Python; every difference is kept by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.truth.originals import ORIGINALS
from benchmarks.truth.plain import Plain, run_many_plain
from rlvr_envs.audit.measure import mutants_of
from rlvr_envs.audit.mutants import Mutant
from rlvr_envs.info import Verdict
from rlvr_envs.parsing.code import find_code
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.tasks.base import Suite, Task
from rlvr_envs.tasks.sources import make_source
from rlvr_envs.verifiers.judging import Judgement, judge_many

#: Seconds that a mutant has on both sides; references take milliseconds.
TIME_S: Final = 2.0
MEMORY_MIB: Final = 512


@dataclass(frozen=True)
class Item:
    """One program to compare: ``source`` is the answer, ``program`` the answer with the original tests."""

    task: Task
    mutant: Mutant | None
    source: str
    program: str

    @property
    def tests(self) -> str:
        """The original tests alone."""
        return self.program.removeprefix(self.source)


@dataclass(frozen=True)
class Compared:
    """One program under both judges."""

    item: Item
    verdict: str
    reason: str
    plain: Plain

    @property
    def name(self) -> str:
        """Task and mutant, as the table of differences names them."""
        return f"{self.item.task.task_id} {self.item.mutant or 'reference'}"

    @property
    def agree(self) -> bool:
        """Whether both say the same: solved here is passed there."""
        return (self.verdict == Verdict.SOLVED.value) == self.plain.passed and self.verdict != Verdict.INFRA_ERROR.value


def choose(files: Mapping[str, Path], *, count: int, seed: int, references: bool) -> Iterator[Item]:
    """Yields references (all of them, if asked for) and up to ``count`` mutants of each data set, spread over its tasks."""
    for name, path in files.items():
        tasks, originals = _tasks(f"{name}:{path}"), ORIGINALS[name](path)
        if references:
            yield from (_item(task, None, str(task.reference), originals) for task in tasks)
        each = 2 * -(-count // len(tasks))  # some programs allow few edits
        order = np.random.default_rng(seed).permutation(len(tasks)).tolist()
        drawn = [(tasks[index], mutants_of(tasks[index], each, seed)) for index in order]
        rounds = [(task, mutants[i]) for i in range(each) for task, mutants in drawn if i < len(mutants)]
        yield from (_item(task, mutant, mutant.source, originals) for task, mutant in rounds[:count])


def _tasks(name: str) -> list[Task]:
    source, rng = make_source(name), np.random.default_rng(0)
    return [source.get(task_id, rng) for task_id in source.ids() or ()]


def _item(task: Task, mutant: Mutant | None, source: str, originals: Mapping[str, object]) -> Item:
    make = originals[task.task_id]
    assert callable(make)
    return Item(task, mutant, source, str(make(source)))


def compare(items: Sequence[Item], sandbox: Sandbox, *, workers: int, time_s: float = TIME_S) -> list[Compared]:
    """Returns each program under both judges, in order."""
    judged = judge_many(sandbox, [(_limited(item.task, time_s), find_code(item.source)) for item in items])
    plain = run_many_plain([item.program for item in items], time_s=time_s, memory_mib=MEMORY_MIB, workers=workers)
    return [_compared(item, here, there) for item, here, there in zip(items, judged, plain, strict=True)]


def _compared(item: Item, here: Judgement, there: Plain) -> Compared:
    counts = f"{here.hidden_passed} of {here.hidden_total} tests"
    return Compared(item, here.verdict.value, f"{here.reason or 'solved'}, {counts}", there)


def _limited(task: Task, time_s: float) -> Task:
    """Returns the task as the original tests it: its goals alone, with the limits of the plain side."""
    limits = replace(task.limits, time_s=time_s, cpu_s=time_s + 1, memory_mib=MEMORY_MIB)
    return replace(task, tests=Suite(hidden=task.tests.hidden), limits=limits)
