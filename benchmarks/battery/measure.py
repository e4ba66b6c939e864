"""Runs every program of the battery through the usual graders, and through the judge on each backend."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.battery.box import GRADERS, Asked, pays
from rlvr_envs.info import Verdict
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.tasks.base import Task
from tests.hostile.asked import AMPLE, BOX, CALLS, INPUTS, STATEMENTS_OF_F, STDIN, judge, right
from tests.hostile.catalogue import HONEST, HOSTILE, BatteryProgram

ASKED: Final = Asked(INPUTS, [right(x) for x in INPUTS])
#: Way of asking -> programs of that mode are judged by this task.
WAYS: Final[dict[str, tuple[str, Task]]] = {
    "calls": ("calls", CALLS),
    "test statements": ("calls", STATEMENTS_OF_F),
    "stdin": ("stdin", STDIN),
    "objects": ("statements", BOX),
}
#: Called with what was done, once for each program and grader or way.
Step = Callable[[str], None]


@dataclass(frozen=True)
class Ruling:
    """What the judge said of one program: whether any hidden test passed, and whether it was taken for a failed machine."""

    program: BatteryProgram
    way: str
    paid: bool
    infra: bool


def usual(programs: Sequence[BatteryProgram], *, parallel: int, step: Step) -> dict[str, list[str]]:
    """Returns, for each program by name, the graders that pay for it."""

    def graders(program: BatteryProgram) -> list[str]:
        found = []
        for grader in GRADERS:
            if pays(grader, program.aimed(), ASKED):
                found.append(grader)
            step(GRADERS[grader])
        return found

    with ThreadPoolExecutor(parallel) as pool:
        return dict(zip([program.name for program in programs], pool.map(graders, programs), strict=True))


def judged(backend: str, *, parallel: int, step: Step) -> list[Ruling]:
    """Returns the rulings of a backend over all hostile programs in every way of asking; honest ones follow with their mode's.

    On a backend that does not isolate, programs are left out that would do harm there.
    """
    plan = [
        (program, way, (task if program.family else replace(task, limits=AMPLE)))
        for way, (mode, task) in WAYS.items()
        for program in (*HOSTILE, *HONEST)
        if program.mode == mode and not (backend == "none" and program.isolated_only)
    ]
    with _sandbox(backend, parallel) as sandbox, ThreadPoolExecutor(parallel) as pool:

        def rule(item: tuple[BatteryProgram, str, Task]) -> Ruling:
            program, way, task = item
            judgement = judge(sandbox, task, program.aimed()).judgement
            step(way)
            paid = judgement.hidden_passed > 0 if program.family else judgement.verdict is Verdict.SOLVED
            return Ruling(program, way, paid, judgement.verdict is Verdict.INFRA_ERROR)

        return list(pool.map(rule, plan))


def count_judged(backend: str) -> int:
    """Returns how many steps :func:`judged` takes."""
    return sum(
        program.mode == mode and not (backend == "none" and program.isolated_only)
        for mode, _ in WAYS.values()
        for program in (*HOSTILE, *HONEST)
    )


@contextmanager
def _sandbox(backend: str, workers: int) -> Iterator[Sandbox]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # backend 'none' is judged on purpose
        sandbox = make_sandbox(backend, workers=workers)
    with sandbox:
        yield sandbox
