"""Runs bugs under every recipe: which statement its credit names first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Final

import numpy as np

from benchmarks.shaping.play import OFFSET, OUTCOME, Memory, Told, answer_with, in_group, play
from benchmarks.shaping.programs import Bug, bugs_of, dataset_of, generator, marked, siblings_of, spread
from benchmarks.shaping.recipes import Named
from benchmarks.shaping.statistics import difference, placed
from rlvr_envs.credit import compose_characters
from rlvr_envs.info import Info
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.holdout import train_or_test
from rlvr_envs.tasks.sources import ListSource

#: Bugs judged for each that is kept, as some are equivalent.
_SPARE: Final = 1.5
#: Ends the name of a recipe that was played with another reference than the bugs were made from.
OTHER: Final = ", other reference"
#: Chances of rank 1 and of rank 3 or better, and mean of 1 / rank.
Places = tuple[float, float, float]


@dataclass
class Found:
    """The bugs, with what the tests said of each, and per recipe the place of the bug in its credit.

    ``differences`` tells how much of a sibling is different from the reference (see :mod:`benchmarks.shaping.statistics`).
    ``dropped`` counts what was drawn and is no bug: equivalent mutants, and mutants that could not be judged.
    """

    bugs: list[Bug]
    verdicts: list[str]
    scores: list[float]
    siblings: dict[str, str]
    dropped: dict[str, int]
    differences: dict[str, float] = field(default_factory=dict)
    places: dict[str, list[Places]] = field(default_factory=dict)


def prepare(tasks: Sequence[Task], source: ListSource, memory: Memory, *, per_split: int, seed: int, backend: str) -> Found:
    """Returns bugs that the tests find, and for each task a sibling that passes.

    Of train and of test tasks there are ``per_split``, as many of each data set.
    """
    found = Found([], [], [], {}, {"equivalent": 0, "not_judged": 0})
    datasets = sorted({dataset_of(task) for task in tasks})
    for split in ("train", "test"):
        for dataset in datasets:
            mine = [task for task in tasks if (train_or_test(task.task_id), dataset_of(task)) == (split, dataset)]
            _keep(found, mine, per_split // len(datasets), source, memory, seed=seed, backend=backend)
    by_id = {task.task_id: task for task in tasks}
    found.bugs = [marked(bug, by_id[bug.task_id]) for bug in found.bugs]
    wanted = {bug.task_id for bug in found.bugs}
    found.siblings = _siblings([task for task in tasks if task.task_id in wanted], source, memory, seed, backend)
    references = {task_id: str(by_id[task_id].reference) for task_id in found.siblings}
    found.differences = {task_id: difference(references[task_id], program) for task_id, program in found.siblings.items()}
    return found


def _keep(
    found: Found, tasks: Sequence[Task], count: int, source: ListSource, memory: Memory, *, seed: int, backend: str
) -> None:
    """Adds ``count`` bugs of these tasks that the tests find, fewer if there are no more."""
    drawn = _draw(tasks, count, seed)
    played = play(OUTCOME, source, [(bug.task_id, answer_with(bug.program)) for bug in drawn], memory, backend=backend)
    full = len(found.bugs) + count
    for bug, one in zip(drawn, played, strict=True):
        if len(found.bugs) == full:
            break
        if one.info["is_success"] or not one.info["trainable"]:
            found.dropped["equivalent" if one.info["is_success"] else "not_judged"] += 1
            continue
        found.bugs.append(bug)
        found.verdicts.append(one.info["verdict"])
        found.scores.append(float(one.info["score"]))


def _draw(tasks: Sequence[Task], count: int, seed: int) -> list[Bug]:
    """Returns bugs, one of each task before a second of any, and more than ``count``."""
    # Twice as many as needed: some edits change more than a line, and some programs allow few.
    each = max(4, 2 * ceil(_SPARE * count / max(1, len(tasks))))
    pools = [bugs_of(task, each, seed) for task in spread(tasks, len(tasks), seed)]
    for pool in filter(None, pools):
        order = generator("bugs", seed, pool[0].task_id).permutation(len(pool)).tolist()
        pool[:] = [pool[index] for index in order]
    rounds = [pool[i] for i in range(max(map(len, pools), default=0)) for pool in pools if i < len(pool)]
    return rounds[: ceil(_SPARE * count)]


def _siblings(tasks: Sequence[Task], source: ListSource, memory: Memory, seed: int, backend: str) -> dict[str, str]:
    offered = [(task.task_id, program) for task in tasks for program in siblings_of(task, seed)]
    played = play(OUTCOME, source, [(task_id, answer_with(program)) for task_id, program in offered], memory, backend=backend)
    passing: dict[str, str] = {}
    for (task_id, program), one in zip(offered, played, strict=True):
        if one.info["is_success"]:
            passing.setdefault(task_id, program)
    return passing


def localise(named: Named, found: Found, source: ListSource, memory: Memory, *, backend: str, told: Told) -> None:
    """Adds the places that a recipe gives to the bugs; recipes that look at groups get the task's sibling beside each bug.

    A recipe that uses the reference is played once more with the sibling in its place: a bug was made from the reference, and few
    references are that close to an answer.
    """
    answers = [(bug.task_id, answer_with(bug.program)) for bug in found.bugs]
    played = play(named, source, answers, memory, backend=backend, told=told)
    infos = [one.info for one in played]
    if named.looks_at_groups:
        passing = [(task_id, answer_with(program)) for task_id, program in found.siblings.items()]
        beside = dict(zip(found.siblings, play(named, source, passing, memory, backend=backend), strict=True))
        groups = [[one, beside[one.info["task_id"]]] if one.info["task_id"] in beside else [one] for one in played]
        infos = [in_group(named, group)[0] for group in groups]
    found.places[named.name] = _places(found, infos)
    if named.source == "reference":
        rng = np.random.default_rng(0)
        tasks = [source.get(task_id, rng) for task_id in source.ids()]
        other = ListSource([replace(task, reference=found.siblings.get(task.task_id, task.reference)) for task in tasks])
        played = play(named, other, answers, memory, backend=backend)
        found.places[f"{named.name}{OTHER}"] = _places(found, [one.info for one in played])


def _places(found: Found, infos: Sequence[Info]) -> list[Places]:
    pairs = zip(found.bugs, infos, strict=True)
    return [placed(line_weights(bug, answer_with(bug.program), info), bug.target) for bug, info in pairs]


def line_weights(bug: Bug, action: str, info: Info) -> list[float]:
    """Returns the blame of each statement: that of its most blamed character, as one column may be all that is named."""
    blame_u = compose_characters(info["credit"], len(action)).blame_u
    starts = np.cumsum([OFFSET, *(len(line) + 1 for line in bug.program.split("\n"))])
    return [float(blame_u[starts[first - 1] : starts[last]].max(initial=0.0)) for first, last in bug.statements]


def add_baselines(found: Found, seed: int) -> None:
    """Adds a line drawn at random, the last line, and the whole program, which is what an advantage of the sequence gives."""
    lots = [generator("lots", seed, i).random(len(bug.statements)).tolist() for i, bug in enumerate(found.bugs)]
    last = [[0.0] * (len(bug.statements) - 1) + [1.0] for bug in found.bugs]
    whole = [[0.0] * len(bug.statements) for bug in found.bugs]
    for name, weights in (("random line", lots), ("last line", last), ("whole program", whole)):
        found.places[name] = [placed(weight, bug.target) for weight, bug in zip(weights, found.bugs, strict=True)]
