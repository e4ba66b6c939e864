"""Evaluation on held-out tasks: pass@k with intervals, and paired differences between two evaluations.

Samples that the machinery lost are left out of every figure and counted apart; they never become failures.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlvr_envs.wrappers import RecipeLike
from rlvr_train.episodes import Episode, EpisodeRunner
from rlvr_train.estimators import Interval, bootstrap_mean, pass_at_k
from rlvr_train.policies import Policy

_DRAWS = 10_000
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class TaskResult:
    """The samples of one task: how many were judged, solved, and lost (by the machinery, or given up unanswered); mean score."""

    seed: int
    task_id: str
    samples: int
    solved: int
    lost: int
    score: float


@dataclass(frozen=True)
class Evaluation:
    """The results of one policy on a set of tasks, with the episodes that gave them.

    Episodes are in order of tasks, the samples of a task side by side.
    """

    tasks: tuple[TaskResult, ...]
    ks: tuple[int, ...]
    seed: int = 0
    episodes: tuple[Episode, ...] = dataclasses.field(default=(), repr=False, compare=False)

    @property
    def lost(self) -> int:
        """Samples that the machinery lost."""
        return sum(task.lost for task in self.tasks)

    def counted(self, k: int) -> list[TaskResult]:
        """Returns the tasks with at least ``k`` judged samples, the ones that pass@k can be estimated for."""
        return [task for task in self.tasks if task.samples >= k]

    def pass_at(self, k: int) -> Interval:
        """Returns pass@k over the tasks with a bootstrap interval over tasks.

        Raises:
            ValueError: No task has ``k`` judged samples.
        """
        values = [pass_at_k(task.samples, task.solved, k) for task in self.counted(k)]
        return bootstrap_mean(values, draws=_DRAWS, confidence=_CONFIDENCE, seed=self.seed)

    def to_dict(self) -> dict[str, Any]:
        """Returns the figures and the counts they rest on as JSON data."""
        figures = {
            str(k): {**dataclasses.asdict(self.pass_at(k)), "tasks": len(self.counted(k))} for k in self.ks if self.counted(k)
        }
        return {"pass_at": figures, "lost": self.lost, "tasks": [dataclasses.asdict(task) for task in self.tasks]}


def evaluate(
    policy: Policy,
    env: str,
    *,
    seeds: Sequence[int],
    samples: int = 8,
    ks: Sequence[int] = (1, 2, 4, 8),
    env_kwargs: Mapping[str, Any] | None = None,
    wrappers: RecipeLike = (),
    batch_size: int = 64,
    bootstrap_seed: int = 0,
) -> Evaluation:
    """Plays ``samples`` episodes for each seed and estimates pass@k.

    Args:
        policy: What answers (see :mod:`rlvr_train.policies`).
        env: Id of a registered environment.
        seeds: One task each; choose the split by ``env_kwargs``.
        samples: Episodes a task.
        ks: Which pass@k to report; each at most ``samples``.
        env_kwargs: Options of the environment.
        wrappers: Recipe of wrappers; a solved episode is solved whatever they pay.
        batch_size: Episodes that are played side by side.
        bootstrap_seed: Seed of the intervals.

    Raises:
        ValueError: No seeds, a seed twice, or a ``k`` outside of 1..samples.
    """
    if not seeds or len(set(seeds)) != len(seeds):
        raise ValueError(f"seeds must be at least one and all different, got {len(seeds)} with {len(set(seeds))} different")
    wrong = [k for k in ks if not 1 <= k <= samples]
    if wrong or not ks:
        raise ValueError(f"ks must be in 1..samples ({samples}), got {wrong[0] if wrong else 'none'}")
    order = [seed for seed in seeds for _ in range(samples)]
    runner = EpisodeRunner(env, min(batch_size, len(order)), env_kwargs=env_kwargs, wrappers=wrappers)
    episodes: list[Episode] = []
    try:
        for begin in range(0, len(order), runner.num_envs):
            batch = runner.begin(order[begin : begin + runner.num_envs])
            runner.play(batch, policy)
            episodes += batch
    finally:
        runner.close()
    tasks = tuple(_task_result(episodes[i : i + samples]) for i in range(0, len(episodes), samples))
    return Evaluation(tasks, tuple(ks), bootstrap_seed, tuple(episodes))


def paired_difference(before: Evaluation, after: Evaluation, k: int, *, seed: int = 0) -> Interval:
    """Returns the change in pass@k from ``before`` to ``after`` over their common tasks, bootstrapped over tasks.

    Pairing takes out how hard each task is, so the interval is narrower than that of two separate figures.

    Raises:
        ValueError: The evaluations are of different tasks, or no task has ``k`` judged samples in both.
    """
    identity_before, identity_after = ([(task.seed, task.task_id) for task in each.tasks] for each in (before, after))
    if identity_before != identity_after:
        raise ValueError("before and after must be of the same tasks in the same order; evaluate both with the same seeds")
    differences = [
        pass_at_k(new.samples, new.solved, k) - pass_at_k(old.samples, old.solved, k)
        for old, new in zip(before.tasks, after.tasks, strict=True)
        if min(old.samples, new.samples) >= k
    ]
    return bootstrap_mean(differences, draws=_DRAWS, confidence=_CONFIDENCE, seed=seed)


def _task_result(episodes: Sequence[Episode]) -> TaskResult:
    judged = [episode for episode in episodes if episode.trainable]
    return TaskResult(
        seed=episodes[0].seed,
        task_id=episodes[0].task_id,
        samples=len(judged),
        solved=sum(bool(episode.last["is_success"]) for episode in judged),
        lost=len(episodes) - len(judged),
        score=_mean(float(episode.last["score"]) for episode in judged),
    )


def _mean(values: Iterable[float]) -> float:
    """Returns the mean, 0 of nothing (a task whose samples were all lost has no score; ``samples`` says so)."""
    array = list(values)
    return math.fsum(array) / len(array) if array else 0.0
