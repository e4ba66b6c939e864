"""Runs the programs and counts, before, on the way and after, what this process and its workers hold."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from benchmarks.footprint import Footprint, adopt_orphans, bury_orphans, own_temporary_folder, take, take_settled
from benchmarks.soak.programs import Asked, draw
from rlvr_envs.sandbox.base import Sandbox

_CHECKPOINTS = 10


@dataclass
class Soaked:
    """What was run, how it was judged, and the footprints."""

    before: Footprint
    warm: Footprint | None = None  # after the first tenth, when caches are filled
    at_work: list[tuple[int, Footprint]] = field(default_factory=list)  # idle workers, after so many programs
    after: Footprint | None = None  # when the sandbox is closed
    orphans_buried: int = 0
    programs: int = 0
    seconds: float = 0.0
    honest: Counter[str] = field(default_factory=Counter)
    hostile: Counter[str] = field(default_factory=Counter)
    misjudged: int = 0  # honest programs that were not judged right
    interrupted: bool = False

    def judge(self, asked: Asked, status: str, right: bool) -> None:
        """Takes the result of one program."""
        (self.hostile if asked.hostile else self.honest)[status] += 1
        self.misjudged += not asked.hostile and not right


@dataclass(frozen=True)
class Plan:
    """What is to be run: ``programs`` in all, ``chunk`` of them in one ``run_many``, ``share`` of them from ``hostile``."""

    programs: int
    hostile: tuple[str, ...]
    share: float = 0.1
    seed: int = 0
    chunk: int = 500


def soak(make: Callable[[], Sandbox], plan: Plan, step: Callable[[int], None] = lambda count: None) -> Soaked:
    """Runs the programs on the sandbox that ``make`` returns; Ctrl-C ends the run early.

    ``step`` hears after every chunk how many programs it had.
    """
    adopt_orphans()
    with own_temporary_folder() as folder:
        found = Soaked(before=take(folder))
        began = time.perf_counter()
        try:
            with make() as sandbox:
                _run(sandbox, plan, found, folder, step)
        except KeyboardInterrupt:
            found.interrupted = True
        found.seconds = time.perf_counter() - began
        found.orphans_buried = bury_orphans()
        found.after = take(folder)
    return found


def _run(sandbox: Sandbox, plan: Plan, found: Soaked, folder: Path, step: Callable[[int], None]) -> None:
    source = draw(random.Random(plan.seed), plan.hostile, plan.share)
    every = max(1, plan.programs // _CHECKPOINTS)
    while found.programs < plan.programs:
        asked = list(islice(source, min(plan.chunk, plan.programs - found.programs)))
        results = sandbox.run_many([each.program for each in asked])
        for each, result in zip(asked, results, strict=True):
            found.judge(each, result.status.value, each.is_right(result))
        found.programs += len(asked)
        if found.programs >= every * (len(found.at_work) + 1) or found.programs == plan.programs:
            found.at_work.append((found.programs, take_settled(folder)))
            found.warm = found.warm or found.at_work[0][1]
        step(len(asked))
