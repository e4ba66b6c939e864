"""The examples of docs/tasks.md: each form loads, and each reference solves its task in the environment."""

import json
import re
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest
from rlvr_envs.tasks.format import task_from_dict, task_to_dict
from rlvr_envs.tasks.values import decode, encode

DOCUMENT = (Path(__file__).parents[2] / "docs" / "tasks.md").read_text(encoding="utf-8")
EXAMPLES: list[dict[str, Any]] = [
    json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
]

gym.register_envs(rlvr_envs)


def test_there_is_one_full_example_for_each_form_of_test() -> None:
    forms = [{type(test) for test in task_from_dict(row).tests} for row in EXAMPLES]
    assert forms == [{AssertTest}, {CallTest}, {StdioTest}]


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row["task_id"])
def test_examples_survive_the_round_trip(row: dict[str, Any]) -> None:
    task = task_from_dict(row)
    assert task_from_dict(task_to_dict(task)) == task


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row["task_id"])
def test_the_reference_solves_the_example_and_an_empty_program_does_not(row: dict[str, Any]) -> None:
    env = gym.make("rlvr/Code-v0", tasks=[row])
    try:
        for program, expected in ((row["reference"], 1.0), ("pass", 0.0)):
            env.reset(seed=0)
            _, reward, _, _, info = env.step(f"```python\n{program}\n```")
            assert reward == expected, info["feedback"]
    finally:
        env.close()


def test_every_notation_of_the_table_of_values_is_read() -> None:
    table = DOCUMENT.split("### Values")[1].split("### ")[0]
    notations = [json.loads(text) for text in re.findall(r"`(\{\"\$.*?\})`", table)]
    assert len(notations) == 10
    for notation in notations:
        assert encode(decode(notation)) == notation
