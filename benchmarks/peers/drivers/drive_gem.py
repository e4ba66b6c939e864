"""Drives GEM's ``code:CodeContest``: ``gem.make`` for single steps, its threaded vector environment for batches."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import gem  # type: ignore[import-not-found, unused-ignore]
from datasets import Dataset
from serving import Task, Told, serve

ENV_ID = "code:CodeContest"  # CodeEnv refuses data sets whose name it does not know


class Gem:
    """One environment a task, each over a data set of one row."""

    def __init__(self, tasks: list[Task]) -> None:
        """Makes the environments."""
        self._envs = {task["id"]: gem.make(ENV_ID, dataset=_dataset(task)) for task in tasks}
        self._vectors: dict[tuple[str, ...], Any] = {}

    def step(self, task: Task, kind: str) -> Told:
        """Plays one episode."""
        env = self._envs[task["id"]]
        env.reset()
        _, reward, _, _, _ = env.step(task["answers"][kind])
        return reward == 1.0, f"reward {reward}"

    def prepare_batch(self, tasks: list[Task], kind: str) -> Callable[[], list[Told]]:
        """Returns a function that steps GEM's ``AsyncVectorEnv``, a thread an environment."""
        ids = tuple(task["id"] for task in tasks)
        if ids not in self._vectors:
            options = [{"dataset": _dataset(task)} for task in tasks]
            self._vectors[ids] = gem.make_vec([ENV_ID] * len(tasks), vec_kwargs=options, async_mode=True)
        vector = self._vectors[ids]
        answers = [task["answers"][kind] for task in tasks]

        def play() -> list[Told]:
            vector.reset()
            _, rewards, _, _, _ = vector.step(answers)
            return [(reward == 1.0, f"reward {reward}") for reward in rewards.tolist()]

        return play

    def about(self) -> dict[str, Any]:
        """Returns how programs run by default."""
        return {"isolation": "none, only a list of forbidden words", "time_limit_s": 10.0}


def _dataset(task: Task) -> Dataset:
    inputs, outputs = zip(*task["tests"], strict=True)
    return Dataset.from_list([{"problem": task["prompt"], "tests": json.dumps({"inputs": inputs, "outputs": outputs})}])


if __name__ == "__main__":
    serve(Gem, ("gem-llm",))
