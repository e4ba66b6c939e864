"""Runs groups of answers of noisy policies under every recipe: what each answer earns, and how far it is from the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from benchmarks.shaping.play import Memory, Told, answer_with, in_group, play
from benchmarks.shaping.programs import STRENGTHS, generator, rollout, spread
from benchmarks.shaping.recipes import Named, reward_part
from benchmarks.shaping.statistics import edit_distance
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.sources import ListSource

GROUP: Final = 8


@dataclass(frozen=True)
class Group:
    """Answers of one policy to one task, and the edit distance of each to the reference in tokens.

    ``solved`` says that all of them solve the task, so that a reward could tell apart only what is beside the point.
    """

    task_id: str
    strength: str
    programs: tuple[str, ...]
    distances: tuple[int, ...]
    solved: bool = False


@dataclass
class Played:
    """The groups, and per recipe the rewards of each; None is an answer that may not be trained on."""

    groups: list[Group]
    rewards: dict[str, list[tuple[float | None, ...]]] = field(default_factory=dict)


def make_groups(tasks: Sequence[Task], count: int, seed: int) -> list[Group]:
    """Returns ``count`` groups of each strength, all strengths on the same tasks."""
    found = []
    for task in spread(tasks, count, "resolve", seed):
        for strength, mean in STRENGTHS.items():
            rng = generator("rollouts", seed, strength, task.task_id)
            programs = tuple(rollout(task, mean, rng) for _ in range(GROUP))
            distances = tuple(edit_distance(program, str(task.reference)) for program in programs)
            found.append(Group(task.task_id, strength, programs, distances))
    return found


def resolve(named: Named, played: Played, source: ListSource, memory: Memory, *, backend: str, seed: int, told: Told) -> None:
    """Adds the rewards under a recipe; its steps that give credit alone are left out, as they change no reward."""
    part = replace(named, recipe=reward_part(named.recipe))
    answers = [(group.task_id, answer_with(program)) for group in played.groups for program in group.programs]
    answered = play(part, source, answers, memory, backend=backend, seed=seed, told=told)
    chunks = [answered[at : at + GROUP] for at in range(0, len(answered), GROUP)]
    solved = [all(one.info["is_success"] for one in chunk) for chunk in chunks]
    played.groups = [replace(group, solved=by_all) for group, by_all in zip(played.groups, solved, strict=True)]
    played.rewards[named.name] = [
        tuple(info["reward_terms"].total if info["trainable"] else None for info in in_group(part, chunk)) for chunk in chunks
    ]
