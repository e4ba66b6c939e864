"""Drives ``rlvr/Code-v0``: ``gym.make`` for single steps, ``gym.make_vec`` for batches; the argument names the backend."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import gymnasium as gym
from serving import Task, Told, serve

import rlvr_envs
from rlvr_envs.sandbox.limits import Limits

ENV_ID = "rlvr/Code-v0"


class Rlvr:
    """The environment with default limits; the first test of a task is visible, the others are hidden."""

    def __init__(self, tasks: list[Task], backend: str) -> None:
        """Makes one environment of all tasks; its sandbox is shared by the vector environments."""
        gym.register_envs(rlvr_envs)
        self._options: dict[str, Any] = {"tasks": [_row(task) for task in tasks], "backend": backend}
        self._env = gym.make(ENV_ID, **self._options)
        self._vectors: dict[int, gym.vector.VectorEnv[Any, Any, Any]] = {}

    def step(self, task: Task, kind: str) -> Told:
        """Plays one episode."""
        self._env.reset(options={"task_id": task["id"]})
        _, reward, _, _, info = self._env.step(task["answers"][kind])
        return reward == 1.0, info["verdict"]

    def prepare_batch(self, tasks: list[Task], kind: str) -> Callable[[], list[Told]]:
        """Returns a function that steps a vector environment with one environment a task."""
        if len(tasks) not in self._vectors:
            self._vectors[len(tasks)] = gym.make_vec(ENV_ID, num_envs=len(tasks), **self._options)
        vector = self._vectors[len(tasks)]
        answers = [task["answers"][kind] for task in tasks]
        ids = [task["id"] for task in tasks]

        def play() -> list[Told]:
            vector.reset(options={"task_id": ids})
            _, rewards, _, _, infos = vector.step(answers)
            return [(reward == 1.0, info["verdict"]) for reward, info in zip(rewards.tolist(), infos["infos"], strict=True)]

        return play

    def about(self) -> dict[str, Any]:
        """Returns backend, level and time limit."""
        report = self._env.unwrapped.sandbox.report()  # type: ignore[attr-defined]
        return {
            "backend": report.backend,
            "isolation": f"{report.backend}, level {report.level}",
            "time_limit_s": Limits().time_s,
        }


def _row(task: Task) -> dict[str, Any]:
    tests = [{"stdin": stdin, "stdout": stdout} for stdin, stdout in task["tests"]]
    return {
        "task_id": task["id"],
        "prompt": task["prompt"],
        "entry_point": None,
        "tests": {"visible": tests[:1], "hidden": tests[1:]},
    }


if __name__ == "__main__":
    serve(lambda tasks: Rlvr(tasks, sys.argv[1]), ("gymnasium", "numpy"))
