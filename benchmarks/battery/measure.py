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
from rlvr_envs.sandbox.pool import PooledSandbox
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.impossible import KINDS, make_impossible
from tests.hostile.asked import AMPLE, BOX, BRIEF, CALLS, INPUTS, STATEMENTS_OF_F, STDIN, judge, right
from tests.hostile.boxed import BoxedNoneLauncher
from tests.hostile.catalogue import HONEST, HOSTILE, BatteryProgram

ASKED: Final = Asked(INPUTS, [right(x) for x in INPUTS])
#: Way of asking -> programs of that mode are judged by this task.
WAYS: Final[dict[str, tuple[str, Task]]] = {
    "calls": ("calls", CALLS),
    "test statements": ("calls", STATEMENTS_OF_F),
    "stdin": ("stdin", STDIN),
    "objects": ("statements", BOX),
}
#: Canary -> programs of that mode are judged by this task, hostile and honest alike; none of them is to be paid.
CANARIES: Final[dict[str, tuple[str, Task]]] = {
    f"canary ({kind}, {task.task_id})": (task.task_id, replace(canary, limits=BRIEF))
    for task in (CALLS, STDIN)
    for kind in KINDS
    if (canary := make_impossible(task, kind)) is not None
}
#: Called with what was done, once for each program and grader or way.
Step = Callable[[str], None]


@dataclass(frozen=True)
class Ruling:
    """What the judge said of one program: whether it was paid, and whether it was taken for a failed machine.

    Paid is a hostile program of which any hidden test passed, an honest one that was solved, and on a canary any that was solved.
    """

    program: BatteryProgram
    way: str
    paid: bool
    infra: bool

    @property
    def on_canary(self) -> bool:
        """Whether the task contradicted itself."""
        return self.way in CANARIES


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
    """Returns the rulings of a backend over all programs in every way of asking, and on canaries.

    On a backend that does not isolate, programs are left out that would do harm there.
    """
    plan = _plan(backend)
    with _sandbox(backend, parallel) as sandbox, ThreadPoolExecutor(parallel) as pool:

        def rule(item: tuple[BatteryProgram, str, Task]) -> Ruling:
            program, way, task = item
            judgement = judge(sandbox, task, program.aimed()).judgement
            step(way)
            paid = judgement.verdict is Verdict.SOLVED
            if program.family and way not in CANARIES:  # of a canary all but the contradiction can be passed
                paid = judgement.hidden_passed > 0
            return Ruling(program, way, paid, judgement.verdict is Verdict.INFRA_ERROR)

        return list(pool.map(rule, plan))


def count_judged(backend: str) -> int:
    """Returns how many steps :func:`judged` takes."""
    return len(_plan(backend))


def _plan(backend: str) -> list[tuple[BatteryProgram, str, Task]]:
    """Returns every program in each way that fits it, with the task that it is asked."""
    programs = [one for one in (*HOSTILE, *HONEST) if not (backend == "none" and one.isolated_only)]
    usual = [
        (program, way, (task if program.family else replace(task, limits=AMPLE)))
        for way, (mode, task) in WAYS.items()
        for program in programs
        if program.mode == mode
    ]
    canaries = [(one, way, task) for way, (mode, task) in CANARIES.items() for one in programs if one.mode == mode]
    return usual + canaries


@contextmanager
def _sandbox(backend: str, workers: int) -> Iterator[Sandbox]:
    """Makes a sandbox; hostile programs meet ``none`` in a box alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # backend 'none' is judged on purpose
        boxed = backend == "none"
        made = PooledSandbox(BoxedNoneLauncher(), workers=workers) if boxed else make_sandbox(backend, workers=workers)
    with made:
        yield made
