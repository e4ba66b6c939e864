"""A required field that a row lacks: every reader says where, which one, and that it is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.tasks.evalplus import read_humanevalplus
from rlvr_envs.tasks.files import read_tasks
from rlvr_envs.tasks.humaneval import read_humaneval
from rlvr_envs.tasks.mbpp import read_mbpp

OWN = {"task_id": "a", "prompt": "p", "entry_point": "f", "tests": {"hidden": ["assert f(1) == 1"]}}
HUMANEVAL = {
    "task_id": "HumanEval/900",
    "prompt": 'def f(x):\n    """Returns x."""\n',
    "entry_point": "f",
    "canonical_solution": "    return x\n",
    "test": "def check(candidate):\n    assert candidate(1) == 1\n",
}
PLUS = {**HUMANEVAL, "base_input": [[1]], "plus_input": [[2]], "atol": 0}
MBPP = {"task_id": 1, "text": "t", "code": "def f(x):\n    return x", "test_list": ["assert f(1) == 1"]}
READERS: dict[str, tuple[Callable[[Path], object], dict[str, Any], tuple[str, ...]]] = {
    "own": (read_tasks, OWN, ("task_id", "prompt", "entry_point", "tests")),
    "humaneval": (read_humaneval, HUMANEVAL, tuple(HUMANEVAL)),
    "humanevalplus": (read_humanevalplus, PLUS, tuple(name for name in PLUS if name != "test")),
    "mbpp": (read_mbpp, MBPP, ("task_id", "text", "code", "test_list")),
}
MISSING = [(reader, name) for reader, (_, _, names) in READERS.items() for name in names]


@pytest.mark.parametrize(("reader", "name"), MISSING)
@pytest.mark.parametrize("array", [False, True])
def test_a_missing_field_is_named_with_its_place(tmp_path: Path, reader: str, name: str, array: bool) -> None:
    read, row, _ = READERS[reader]
    rows = [row, {key: value for key, value in row.items() if key != name}]
    text = json.dumps(rows) if array else "\n".join(map(json.dumps, rows))
    (tmp_path / "rows").write_text(text)
    with pytest.raises(TaskError) as caught:
        read(tmp_path / "rows")
    named = "prompt" if name == "text" else name  # the sanitized MBPP calls it so
    message = str(caught.value)
    place = f"{tmp_path / 'rows'}[1]" if array else f"{tmp_path / 'rows'}:2"
    assert message.startswith(f"{place}: field {named!r}: is missing")
    assert "got" not in message
