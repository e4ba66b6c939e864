"""HumanEval+: expected values that references give, rules of comparison, and what is left out."""

import copy
import json
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import rlvr_envs
from rlvr_envs.errors import InfraError, TaskError
from rlvr_envs.sandbox.base import CallResult, RunResult, Status
from rlvr_envs.tasks.base import CallTest
from rlvr_envs.tasks.evalplus import read_humanevalplus
from rlvr_envs.tasks.sources import AnsweredSource, make_source

gym.register_envs(rlvr_envs)
RNG = np.random.default_rng(0)
ROW: dict[str, Any] = {
    "task_id": "HumanEval/900",
    "prompt": "import math\n\ndef double(x):\n    ''' Twice x. '''\n",
    "contract": "",
    "canonical_solution": "    return x * 2\n",
    "entry_point": "double",
    "base_input": [[1]],
    "plus_input": [[[3]], ["a"]],
    "atol": 0,
}


def source_of(folder: Path, *changes: dict[str, Any]) -> AnsweredSource:
    (folder / "rows.jsonl").write_text("".join(json.dumps({**ROW, **change}) + "\n" for change in changes))
    source = make_source(f"humanevalplus:{folder}/rows.jsonl")
    assert isinstance(source, AnsweredSource)
    return source


def test_inputs_of_both_kinds_become_hidden_tests_with_what_the_reference_returns(tmp_path: Path) -> None:
    task = source_of(tmp_path, {}).get("HumanEval/900", RNG)
    assert task.tests.hidden == (CallTest((1,), 2), CallTest(([3],), [3, 3]), CallTest(("a",), "aa"))
    assert (task.tests.visible, task.tests.audit, task.setup, task.comparison) == ((), (), "import math", "python")
    assert (task.metadata["base_tests"], task.metadata["plus_tests"], task.metadata["left_out"]) == (1, 2, [])


def test_a_reference_runs_at_the_first_use_and_not_before(tmp_path: Path) -> None:
    source = source_of(tmp_path, {"canonical_solution": "    raise KeyError(x)\n"})
    assert source.ids() == ("HumanEval/900",)
    assert copy.deepcopy(source) is source
    with pytest.raises(TaskError, match=r"rows\.jsonl:1: .*must answer every input of 'HumanEval/900'.*KeyError"):
        source.get("HumanEval/900", RNG)


def test_a_sandbox_that_fails_is_not_the_references_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def run_many(self, programs: list[Any]) -> list[RunResult]:
            return [RunResult(Status.INFRA_ERROR, (CallResult(Status.INFRA_ERROR),) * 3, detail="worker lost") for _ in programs]

    monkeypatch.setattr("rlvr_envs.sandbox.factory.shared_sandbox", Broken)
    with pytest.raises(InfraError, match="'HumanEval/900': worker lost"):
        source_of(tmp_path, {}).get("HumanEval/900", RNG)


@pytest.mark.parametrize(
    ("change", "comparison"),
    [
        ({"base_input": [[0.5]]}, "numeric(rel=1e-07, abs=1e-06)"),
        ({"base_input": [[[{"a": 0.5}]]]}, "numeric(rel=1e-07, abs=1e-06)"),
        ({"atol": 0.001}, "numeric(rel=1e-07, abs=0.001)"),
        ({}, "python"),
    ],
)
def test_floats_and_a_distance_of_the_row_ask_for_tolerances(tmp_path: Path, change: dict[str, Any], comparison: str) -> None:
    assert source_of(tmp_path, change).get("HumanEval/900", RNG).comparison == comparison


def test_a_value_too_large_for_the_sandbox_is_left_out_by_name(tmp_path: Path) -> None:
    task = source_of(tmp_path, {"canonical_solution": "    return [0] * 300_000 if x == 'a' else x\n"}).get("HumanEval/900", RNG)
    assert len(task.tests.hidden) == 2
    assert task.metadata["left_out"] == ["plus[1]: list: too large: more than 200,000 items"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"base_input": None}, "'base_input': must be a list of lists"),
        ({"plus_input": [1]}, "'plus_input': must be a list of lists"),
        ({"atol": -1}, "'atol': must be a number of 0 or more"),
        ({"entry_point": 3}, "'entry_point': must be text"),
    ],
)
def test_rows_that_are_not_as_published_are_refused_without_running_them(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps({**ROW, **change}))
    with pytest.raises(TaskError, match=rf"rows\.jsonl:1: field {message}"):
        read_humanevalplus(tmp_path / "rows.jsonl")


def test_any_root_solves_find_zero_and_other_numbers_do_not(tmp_path: Path) -> None:
    # (x - 1) * (x - 2) * (x - 3) = x**3 - 6 * x**2 + 11 * x - 6
    polynomial = {
        "prompt": "def find_zero(xs):\n    pass\n",
        "canonical_solution": "    return 1.0\n",
        "entry_point": "find_zero",
        "base_input": [[[-6, 11, -6, 1]]],
        "plus_input": [],
        "atol": 0.0001,
    }
    env = gym.make("rlvr/Code-v0", tasks=source_of(tmp_path, polynomial))
    try:
        for answer, expected in (("1.0", 1.0), ("3", 1.0), ("2.00001", 1.0), ("1.5", 0.0), ("float('nan')", 0.0), ("None", 0.0)):
            env.reset(seed=0)
            _, reward, *_ = env.step(f"```python\ndef find_zero(xs):\n    return {answer}\n```")
            assert reward == expected, answer
    finally:
        env.close()


def test_the_published_file_has_tests_for_every_task_and_names_what_is_left_out(data_folder: Path) -> None:
    source = make_source(f"humanevalplus:{data_folder}/HumanEvalPlus-Mini.jsonl.gz")
    tasks = [source.get(task_id, RNG) for task_id in source.ids() or ()]
    assert len(tasks) == 164
    left_out = {task.task_id: len(task.metadata["left_out"]) for task in tasks if task.metadata["left_out"]}
    assert left_out == {"HumanEval/15": 5, "HumanEval/83": 1, "HumanEval/100": 1, "HumanEval/130": 1}
