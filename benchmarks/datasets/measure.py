"""What is run: for each task its reference and the reference with an empty body, one step of ``rlvr/Code-v0`` each."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import gymnasium as gym
import numpy as np

import rlvr_envs
from rlvr_envs.info import Feedback
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.sources import make_source

gym.register_envs(rlvr_envs)


@dataclass(frozen=True)
class Played:
    """One answer to one task: ``kind`` is ``"reference"`` or ``"pass"``, ``why`` tells what happened when it was unexpected."""

    task_id: str
    kind: str
    reward: float
    verdict: str
    wall_s: float
    why: str = ""

    @property
    def as_expected(self) -> bool:
        """Whether a reference got 1.0 or an empty body 0.0."""
        return self.reward == (1.0 if self.kind == "reference" else 0.0) and self.verdict != "infra_error"


def play_all(tasks: str, *, backend: str = "auto") -> Iterator[Played]:
    """Yields two results a task, in the order of the data set: ``tasks`` is a name for ``make_source``."""
    source = make_source(tasks)
    env = gym.make("rlvr/Code-v0", tasks=source, backend=backend)
    rng = np.random.default_rng(0)
    try:
        for task_id in source.ids() or ():
            task = source.get(task_id, rng)
            for kind, program in (("reference", task.reference or ""), ("pass", empty_body(task))):
                env.reset(seed=0, options={"task_id": task_id})
                _, reward, _, _, info = env.step(f"```python\n{program}\n```")
                played = Played(task_id, kind, float(reward), info["verdict"], info["feedback"].resources.wall_s)
                yield played if played.as_expected else _explained(played, info["feedback"])
    finally:
        env.close()


def empty_body(task: Task) -> str:
    """Returns the task's reference with ``pass`` as the body of its entry point, everything around it kept."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd escapes in regular expressions of the data sets
        module = ast.parse(task.reference or "")
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name == task.entry_point:
            node.body = [ast.Pass()]
    return ast.unparse(module)


def _explained(played: Played, feedback: Feedback) -> Played:
    error = feedback.exception or next((case.exception for case in feedback.cases if case.exception), None)
    parts = [
        feedback.reason,
        f"{error.type}: {error.message}" if error else "",
        *(f"{case.call}: {case.difference}" for case in feedback.cases if case.difference),
        f"visible {feedback.visible_passed}/{feedback.visible_total}, hidden {feedback.hidden_passed}/{feedback.hidden_total}",
    ]
    why = "; ".join(part for part in parts if part)
    return Played(played.task_id, played.kind, played.reward, played.verdict, played.wall_s, why)
