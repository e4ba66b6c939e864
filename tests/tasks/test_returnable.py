"""Expected values that no program could return are refused when a task is read."""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.tasks.format import task_from_dict


def row(expected: Any, **fields: Any) -> dict[str, Any]:
    tests = {"visible": [{"args": [1], "expected": expected}]}
    return {"task_id": "t", "prompt": "Write f.", "entry_point": "f", "tests": tests, **fields}


@pytest.mark.parametrize(
    ("expected", "limits", "rule"),
    [
        (["ab"] * 200_000, {"reply_kib": 10_000}, "too large: more than 200,000 items"),
        ({"$int": "0x1" + "0" * 250_000}, {}, "too large: an int of 1,000,001 bits, at most 1,000,000 come back"),
        ("a" * 2_000, {"reply_kib": 2}, "must fit into limits.reply_kib=2; set it to 3 or more"),
    ],
)
def test_a_value_that_cannot_come_back_is_refused(expected: Any, limits: dict[str, Any], rule: str) -> None:
    with pytest.raises(TaskError) as caught:
        task_from_dict(row(expected, limits=limits))
    assert caught.value.field == "tests.visible[0].expected"
    assert rule in caught.value.rule


def test_values_at_the_caps_are_taken() -> None:
    task_from_dict(row([7] * 199_999))
    task_from_dict(row({"$int": "0x" + "f" * 250_000}))


def test_what_a_checker_is_told_need_not_be_returned() -> None:
    checker = "def check(input, output, reference):\n    return True"
    task_from_dict(row("a" * 2_000, limits={"reply_kib": 1}, checker=checker))
