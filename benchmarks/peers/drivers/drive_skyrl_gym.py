"""Drives SkyRL-gym's ``lcb``: an environment an answer, as its trainer makes them; batches step in threads."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import skyrl_gym  # type: ignore[import-not-found, unused-ignore]
from serving import Task, Told, serve


class SkyRLGym:
    """Tests travel as the environment's ``ground_truth``."""

    def __init__(self, tasks: list[Task]) -> None:
        """Keeps the tests of each task."""
        self._tests = {task["id"]: _tests(task) for task in tasks}
        self._threads = ThreadPoolExecutor(32)  # as many as its trainer has by default

    def step(self, task: Task, kind: str) -> Told:
        """Plays one episode."""
        extras = {"reward_spec": {"method": "rule", "ground_truth": self._tests[task["id"]]}}
        env = skyrl_gym.make("lcb", env_config={}, extras=extras)
        env.init([{"role": "user", "content": task["prompt"]}])
        output = env.step(task["answers"][kind])
        env.close()
        return output["reward"] == 1.0, f"reward {output['reward']}"

    def prepare_batch(self, tasks: list[Task], kind: str) -> Callable[[], list[Told]]:
        """Returns a function that plays one episode of each task, a thread each, as its trainer does."""

        def play() -> list[Told]:
            return list(self._threads.map(lambda task: self.step(task, kind), tasks))

        return play

    def about(self) -> dict[str, Any]:
        """Returns how programs run."""
        return {"isolation": "none, a fork of the grader", "time_limit_s": 6.0}


def _tests(task: Task) -> str:
    return json.dumps([{"input": stdin, "output": stdout, "testtype": "stdin"} for stdin, stdout in task["tests"]])


if __name__ == "__main__":
    serve(SkyRLGym, ("skyrl-gym",))
