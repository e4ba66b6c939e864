"""The parts of the benchmark, each a way to run recipes and a way to score what came out.

To add one (what the gradient of a recipe's credit is worth, what a policy learns from it), write its ``run`` and ``score``
modules and a function here that returns figures and goals, with a line in :data:`PARTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from benchmarks.shaping.play import OUTCOME, Memory, Told, answer_with
from benchmarks.shaping.programs import bugs_of, spread
from benchmarks.shaping.recipes import Named
from benchmarks.shaping.run import cost as run_cost
from benchmarks.shaping.run import junk as run_junk
from benchmarks.shaping.run import localise as run_localise
from benchmarks.shaping.run import resolve as run_resolve
from benchmarks.shaping.score import cost as score_cost
from benchmarks.shaping.score import junk as score_junk
from benchmarks.shaping.score import localise as score_localise
from benchmarks.shaping.score import resolve as score_resolve
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.sources import ListSource

Figures = tuple[dict[str, Any], list[dict[str, Any]]]


@dataclass(frozen=True)
class Sizes:
    """How much is run: bugs of each split, groups of each strength, tasks of junk, hostile programs, answers and rounds timed."""

    bugs: int
    groups: int
    junk: int
    hostile: int
    timed: int
    rounds: int


FULL: Final = Sizes(bugs=520, groups=60, junk=60, hostile=40, timed=32, rounds=48)
QUICK: Final = Sizes(bugs=12, groups=4, junk=3, hostile=4, timed=8, rounds=2)


@dataclass(frozen=True)
class Lab:
    """What every part needs; ``bar`` makes, from a name and a total, what is told how far it is."""

    recipes: Sequence[Named]
    tasks: Sequence[Task]
    source: ListSource
    memory: Memory
    sizes: Sizes
    seed: int
    backend: str
    bar: Callable[[str, int], Told]

    def names(self, kind: str) -> list[str]:
        """Returns the recipes of a kind."""
        return [named.name for named in self.recipes if named.kind == kind]


def localise(lab: Lab) -> Figures:
    """How often credit holds the bug."""
    told = lab.bar("localise: drawing bugs", 1)
    found = run_localise.prepare(lab.tasks, lab.source, lab.memory, per_split=lab.sizes.bugs, seed=lab.seed, backend=lab.backend)
    told(1)
    run_localise.add_baselines(found, lab.seed)
    told = lab.bar("localise", len(found.bugs) * len(lab.recipes))
    for named in lab.recipes:
        run_localise.localise(named, found, lab.source, lab.memory, backend=lab.backend, told=told)
    figures = score_localise.figures(found)
    return figures, score_localise.goals(figures, lab.recipes)


def resolve(lab: Lab) -> Figures:
    """How often a group of answers gets a signal."""
    played = run_resolve.Played(run_resolve.make_groups(lab.tasks, lab.sizes.groups, lab.seed))
    told = lab.bar("resolve", len(played.groups) * run_resolve.GROUP * len(lab.recipes))
    for named in lab.recipes:
        run_resolve.resolve(named, played, lab.source, lab.memory, backend=lab.backend, seed=lab.seed, told=told)
    figures = score_resolve.figures(played)
    return figures, score_resolve.goals(figures)


def junk(lab: Lab) -> Figures:
    """What answers earn that should earn nothing."""
    answers = run_junk.make_answers(lab.tasks, lab.sizes.junk, lab.sizes.hostile, lab.seed)
    played, told = run_junk.Played(answers), lab.bar("junk", len(answers) * len(lab.recipes))
    for named in lab.recipes:
        run_junk.junk(named, played, lab.source, lab.memory, backend=lab.backend, seed=lab.seed, told=told)
    figures = score_junk.figures(played)
    return figures, score_junk.goals(figures, lab.names("preset"))


def cost(lab: Lab) -> Figures:
    """What a step costs."""
    base, rounds = OUTCOME, lab.sizes.rounds
    traced = replace(OUTCOME, name="traced lines", extra=(("trace", "lines"),))
    tasks = spread(lab.tasks, lab.sizes.timed, "cost", lab.seed)
    answers = [(task.task_id, answer_with(program)) for task in tasks for program in _one_of_each(task, lab.seed)][
        : lab.sizes.timed
    ]
    timed = run_cost.time_judging(base, traced, lab.source, answers, rounds=max(2, rounds // 4), backend=lab.backend)
    told = lab.bar("cost", rounds * len(lab.recipes))
    for named in lab.recipes:
        run_cost.cost(named, timed, base, lab.source, answers, rounds=rounds, backend=lab.backend, told=told)
    figures = score_cost.figures(timed)
    return figures, score_cost.goals(figures, lab.names("wrapper"))


def _one_of_each(task: Task, seed: int) -> list[str]:
    """Returns a right answer and a wrong one, as wrappers do more for wrong ones."""
    return [str(task.reference), *(bug.program for bug in bugs_of(task, 2, seed)[:1])]


#: Name -> part, in the order in which they run; what the trainer gives will be two more: ``gradient`` and ``learn``.
PARTS: Final[Mapping[str, Callable[[Lab], Figures]]] = {"localise": localise, "resolve": resolve, "junk": junk, "cost": cost}
