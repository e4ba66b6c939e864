"""Tasks and steps of Code-v0 for tests of credit that reads what programs executed."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

import rlvr_envs
from rlvr_envs.info import Info

gym.register_envs(rlvr_envs)


def absolute(**limits: float) -> dict[str, Any]:
    """Returns a task of its own: the absolute value of a number."""
    return {
        "task_id": "absolute",
        "prompt": "Write `f(x)`, the absolute value of x.",
        "entry_point": "f",
        "tests": {
            "visible": [{"args": [2], "expected": 2}, {"args": [-1], "expected": 1}],
            "hidden": [{"args": [0], "expected": 0}, {"args": [-5], "expected": 5}, {"args": [7], "expected": 7}],
        },
        "limits": {"time_s": 2, "cpu_s": 2, **limits},
    }


def fenced(code: str) -> str:
    """Returns an answer that holds the program."""
    return f"Here:\n```python\n{code}\n```\nDone."


def judged(code: str, *recipe: Any, task: dict[str, Any] | None = None, **options: Any) -> tuple[str, Info]:
    """Returns the answer and what Code-v0 in the wrappers of the recipe says of it."""
    env = gym.make("rlvr/Code-v0", tasks=[absolute() if task is None else task], recipe=list(recipe), **options)
    env.reset(seed=0)
    action = fenced(code)
    info = env.step(action)[4]
    env.close()
    return action, info


def places(action: str, info: Info, source: str) -> list[tuple[str, float]]:
    """Returns text and value of the spans of a source."""
    return [(action[span.start : span.end], span.value) for span in info["credit"] if span.source == source]
