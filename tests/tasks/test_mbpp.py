"""MBPP in both published formats."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.tasks.base import AssertTest
from rlvr_envs.tasks.mbpp import find_entry_point, read_mbpp

FULL: dict[str, Any] = {
    "text": "Write a function to add one.",
    "code": "def inner(x):\r\n\treturn x\r\ndef add_one(x):\r\n\treturn inner(x) + 1",
    "task_id": 11,
    "test_setup_code": "y = 1",
    "test_list": ["assert add_one(1) == 2", "assert add_one(2) == 3", "assert add_one(y) == 2"],
    "challenge_test_list": ["assert add_one(-1) == 0"],
}
SANITIZED = {
    "source_file": "Benchmark Questions Verification V2.ipynb",
    "task_id": 12,
    "prompt": "Write a function to round.",
    "code": "import math\ndef down(x):\n    return math.floor(x)",
    "test_imports": ["import math", "import re"],
    "test_list": ["assert math.isclose(down(1.5), 1)"],
}


def test_a_full_row_is_decided_by_all_tests_shows_the_first_and_audits_with_the_challenge(tmp_path: Path) -> None:
    (tmp_path / "mbpp.jsonl").write_text(json.dumps(FULL))
    (task,) = read_mbpp(tmp_path / "mbpp.jsonl")
    assert (task.task_id, task.entry_point, task.prompt) == ("MBPP/11", "add_one", "Write a function to add one.")
    assert task.tests.visible == (AssertTest("assert add_one(1) == 2"),)
    assert task.tests.hidden == tuple(map(AssertTest, FULL["test_list"]))
    assert task.tests.audit == (AssertTest("assert add_one(-1) == 0"),)
    assert task.test_setup == "y = 1"
    assert task.reference == "def inner(x):\n\treturn x\ndef add_one(x):\n\treturn inner(x) + 1"


def test_the_sanitized_array_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "sanitized-mbpp.json.gz").write_bytes(gzip.compress(json.dumps([SANITIZED], indent=1).encode()))
    (task,) = read_mbpp(tmp_path / "sanitized-mbpp.json.gz")
    assert (task.task_id, task.entry_point, task.prompt) == ("MBPP/12", "down", "Write a function to round.")
    assert task.test_setup == "import math\nimport re"


@pytest.mark.parametrize(
    ("code", "tests", "expected"),
    [
        ("def a(): pass\ndef b(): pass", ["assert a() == 1", "assert b() == a()"], "a"),
        ("def a(): pass\ndef b(): pass", ["assert b(a()) == 1"], "b"),
        ("class P: pass\ndef a(p): pass", ["assert a(P()) == 1"], "a"),
        ("def a(): pass", ["assert set(a()) == set([1])"], "a"),
    ],
)
def test_the_entry_point_is_the_last_function_that_every_test_calls(code: str, tests: list[str], expected: str) -> None:
    assert find_entry_point(code, tests) == expected


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"task_id": "11"}, "task_id", "must be an integer, got '11'"),
        ({"test_list": ["assert other(1) == 2"]}, "test_list", "must call one of the functions"),
        ({"test_list": []}, "test_list", "must hold a test"),
        ({"test_list": "assert add_one(1) == 2"}, "test_list", "must be a list of texts"),
        ({"code": "def ("}, "code", "must parse as Python"),
        ({"text": 1}, "text", "must be text"),
    ],
)
def test_rows_that_are_not_as_published_name_line_and_field(
    tmp_path: Path, changes: dict[str, Any], field: str, message: str
) -> None:
    (tmp_path / "mbpp").write_text(f"{json.dumps(FULL)}\n{json.dumps({**FULL, **changes})}\n")
    with pytest.raises(TaskError, match=message) as caught:
        read_mbpp(tmp_path / "mbpp")
    assert (caught.value.line, caught.value.field) == (2, field)


def test_the_published_rows_all_have_an_entry_point_and_three_tests(data_folder: Path) -> None:
    tasks = read_mbpp(data_folder / "mbpp-601-974.jsonl")
    assert [task.task_id for task in tasks] == [f"MBPP/{i}" for i in range(601, 975)]
    assert {(len(task.tests.visible), len(task.tests.hidden)) for task in tasks} == {(1, 3)}
    assert {task.task_id: task.entry_point for task in tasks}["MBPP/601"] == "max_chain_length"
