"""The task format: what is accepted, what is refused and how the refusal reads."""

import copy
import json
from typing import Any

import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest, Suite, Task
from rlvr_envs.tasks.format import check_task, task_from_dict, task_to_dict

CALL_ROW: dict[str, Any] = {
    "task_id": "pairs/1",
    "prompt": "Write `swap(p)`.",
    "entry_point": "swap",
    "tests": {
        "visible": [{"args": [{"$tuple": [1, 2]}], "expected": {"$tuple": [2, 1]}}],
        "hidden": ["assert swap((3, 4)) == (4, 3)", {"args": [], "kwargs": {"p": {"$tuple": [5, 6]}}, "expected": None}],
        "audit": [{"args": [[]], "expected": {"$float": "inf"}}],
    },
    "setup": "import math\n",
    "test_setup": "x = 1",
    "reference": "def swap(p):\n    return p[1], p[0]\n",
    "limits": {"time_s": 1.5},
    "comparison": "numeric",
    "metadata": {"source": "hand", "difficulty": 0.25},
}
STDIO_ROW: dict[str, Any] = {
    "task_id": "echo",
    "prompt": "Print the line.",
    "entry_point": None,
    "tests": {"hidden": [{"stdin": "a\n", "stdout": "a\n"}]},
}


def changed(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(row), **changes}


def test_a_row_becomes_the_task_it_says() -> None:
    assert task_from_dict(CALL_ROW) == Task(
        task_id="pairs/1",
        prompt="Write `swap(p)`.",
        entry_point="swap",
        tests=Suite(
            visible=(CallTest(args=((1, 2),), expected=(2, 1)),),
            hidden=(AssertTest("assert swap((3, 4)) == (4, 3)"), CallTest(args=(), expected=None, kwargs={"p": (5, 6)})),
            audit=(CallTest(args=([],), expected=float("inf")),),
        ),
        setup="import math\n",
        test_setup="x = 1",
        reference="def swap(p):\n    return p[1], p[0]\n",
        limits=Limits(time_s=1.5),
        comparison="numeric",
        metadata={"source": "hand", "difficulty": 0.25},
    )


@pytest.mark.parametrize("row", [CALL_ROW, STDIO_ROW])
def test_rows_survive_the_round_trip(row: dict[str, Any]) -> None:
    task = task_from_dict(row)
    written = task_to_dict(task)
    assert task_from_dict(json.loads(json.dumps(written, allow_nan=False))) == task
    assert task_to_dict(task_from_dict(written)) == written


def test_default_comparison_depends_on_the_kind_of_task() -> None:
    assert task_from_dict(STDIO_ROW).comparison == "lines"
    row = {name: value for name, value in CALL_ROW.items() if name != "comparison"}
    assert task_from_dict(row).comparison == "strict"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"task_id": ""}, "task_id", "must not be empty"),
        ({"task_id": 3}, "task_id", "must be text, got 3"),
        ({"prompt": " "}, "prompt", "must not be empty"),
        ({"entry_point": "a b"}, "entry_point", "Python name"),
        ({"entry_point": "class"}, "entry_point", "Python name"),
        ({"entry_point": 1}, "entry_point", "text or null"),
        ({"entry_point": None}, "comparison", "must be one of lines, tokens, exact, numbers"),
        ({"comparison": "strikt"}, "comparison", "did you mean 'strict'"),
        ({"comparison": "lines"}, "comparison", "must be one of strict, numeric, unordered, set, items, python"),
        ({"promt": "x"}, "promt", r"unknown field \(did you mean 'prompt'\?\)"),
        ({"limits": {"time_s": -1}}, "limits.time_s", "positive number, got -1"),
        ({"limits": {"time": 1}}, "limits.time", r"must be one of .* \(did you mean 'time_s'\?\), got 1"),
        ({"limits": 3}, "limits", "must be an object"),
        ({"reference": "def f(:"}, "reference", "must parse as Python"),
        ({"setup": "\0"}, "setup", "must parse as Python"),
        ({"metadata": []}, "metadata", "must be an object"),
        ({"tests": {}}, "tests", "visible or hidden test"),
        ({"tests": {"audit": ["assert swap((1, 2))"]}}, "tests", "visible or hidden test"),
        ({"tests": {"hiden": []}}, "tests.hiden", "did you mean 'hidden'"),
        ({"tests": {"hidden": {}}}, "tests.hidden", "must be a list"),
        ({"tests": {"hidden": [3]}}, "tests.hidden[0]", "an assert statement as text"),
        ({"tests": {"hidden": ["assert swap("]}}, "tests.hidden[0]", "must parse as Python"),
        ({"tests": {"hidden": [""]}}, "tests.hidden[0]", "must not be empty"),
        ({"tests": {"hidden": ["assert True"]}}, "tests.hidden[0]", "must use the entry point"),
        ({"tests": {"hidden": ["swap(1, 2) == [2, 1]"]}}, "tests.hidden[0]", "must not compare without `assert`"),
        ({"tests": {"hidden": ["assert (swap(1, 2) == [2, 1], 'text')"]}}, "tests.hidden[0]", "must not assert a tuple"),
        ({"limits": {"files_mib": 0.5}}, "limits.files_mib", "must be a whole number"),
        ({"tests": {"hidden": [{"args": [1]}]}}, "tests.hidden[0].expected", "is missing$"),
        (
            {"tests": {"hidden": [{"stdin": ""}]}, "entry_point": None, "comparison": "lines"},
            "tests.hidden[0].stdout",
            "is missing$",
        ),
        ({"metadata": {"difficulty": "hard"}}, "metadata.difficulty", r"must be a number in \[0, 1\], .*, got 'hard'"),
        ({"metadata": {"difficulty": 1.5}}, "metadata.difficulty", r"got 1\.5"),
        ({"metadata": {"difficulty": True}}, "metadata.difficulty", "got True"),
        ({"metadata": {"difficulty": None}}, "metadata.difficulty", "got None"),
        ({"metadata": {"difficulty": {"$float": "nan"}}}, "metadata.difficulty", "got nan"),
        ({"tests": {"hidden": [{"args": 1, "expected": 1}]}}, "tests.hidden[0].args", "must be a list"),
        ({"tests": {"hidden": [{"expected": 1, "stdin": ""}]}}, "tests.hidden[0]", "exactly one form"),
        ({"tests": {"hidden": [{}]}}, "tests.hidden[0]", "exactly one form"),
        ({"tests": {"hidden": [{"args": [], "expects": 1}]}}, "tests.hidden[0].expects", "did you mean 'expected'"),
        ({"tests": {"hidden": [{"kwargs": {"a b": 1}, "expected": 1}]}}, "tests.hidden[0].kwargs", "Python names as keys"),
        ({"tests": {"hidden": [{"stdin": "", "stdout": ""}]}}, "tests.hidden[0]", "needs entry_point null"),
        ({"tests": {"hidden": [{"args": [{"$tuple": 1}], "expected": 1}]}}, "tests.hidden[0].args[0].$tuple", "must be a list"),
    ],
)
def test_a_broken_rule_names_field_and_rule(changes: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(TaskError, match=message) as caught:
        task_from_dict(changed(CALL_ROW, **changes), file="tasks.jsonl", line=7)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"tasks.jsonl:7: field {field!r}: ")


@pytest.mark.parametrize("name", ["task_id", "prompt", "entry_point", "tests"])
def test_required_fields_are_required(name: str) -> None:
    row = {key: value for key, value in CALL_ROW.items() if key != name}
    with pytest.raises(TaskError, match=f"^rows:2: field '{name}': is missing( .write null for a program that reads stdin.)?$"):
        task_from_dict(row, file="rows", line=2)


@pytest.mark.parametrize("test", ["assert f() == 1", {"args": [], "expected": 1}, {"stdin": ""}])
def test_programs_that_read_stdin_have_only_stdio_tests(test: Any) -> None:
    with pytest.raises(TaskError, match=r"tests.hidden\[0\]"):
        task_from_dict(changed(STDIO_ROW, tests={"hidden": [test]}))


def test_values_that_cannot_be_written_are_named() -> None:
    task = Task("t", "p", "f", Suite(hidden=(CallTest(args=(1, object()), expected=1),)))
    with pytest.raises(TaskError, match=r"field 'tests.hidden\[0\].args\[1\]'.*got 'object'"):
        task_to_dict(task)


def test_tasks_made_in_python_are_checked_alike() -> None:
    with pytest.raises(TaskError, match=r"tests\.visible"):
        check_task(Task("t", "p", "f", Suite(visible=(StdioTest("", ""),))))
