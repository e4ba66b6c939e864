"""The benchmark that plays published data sets."""

import json
from pathlib import Path

from benchmarks.datasets.measure import Played, empty_body, play_all
from benchmarks.datasets.score import figures
from rlvr_envs.tasks.base import AssertTest, Suite, Task

ROW = {
    "text": "Write a function to add one.",
    "code": "import math\ndef add_one(x):\n    return x + 1",
    "task_id": 1,
    "test_setup_code": "",
    "test_list": ["assert add_one(1) == 2"],
    "challenge_test_list": [],
}


def test_an_empty_body_keeps_what_is_around_it() -> None:
    code = "import math\nclass P: pass\ndef f(x, y=1):\n    '''d'''\n    return x"
    task = Task("t", "p", "f", Suite(hidden=(AssertTest("assert f(1)"),)), reference=code)
    assert empty_body(task) == "import math\n\nclass P:\n    pass\n\ndef f(x, y=1):\n    pass"


def test_what_is_unexpected_is_played_counted_and_explained(tmp_path: Path) -> None:
    wrong = {**ROW, "task_id": 2, "code": "def add_one(x):\n    return x + 2"}  # its reference fails
    vacuous = {**ROW, "task_id": 3, "test_list": ["assert add_one(1) != 3"]}  # an empty body passes
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (ROW, wrong, vacuous)))
    results = list(play_all(f"mbpp:{tmp_path}/rows.jsonl"))
    assert [(result.task_id, result.kind, result.reward) for result in results] == [
        ("MBPP/1", "reference", 1.0),
        ("MBPP/1", "pass", 0.0),
        ("MBPP/2", "reference", 0.0),
        ("MBPP/2", "pass", 0.0),
        ("MBPP/3", "reference", 1.0),
        ("MBPP/3", "pass", 1.0),
    ]
    shown = figures(results)
    assert (shown["tasks"], shown["references_with_reward_1"], shown["empty_bodies_with_reward_0"]) == (3, 2, 2)
    assert [(row["task_id"], row["kind"]) for row in shown["unexpected"]] == [("MBPP/2", "reference"), ("MBPP/3", "pass")]
    assert "add_one(1) == 2" in shown["unexpected"][0]["why"]
    assert "3 != " in shown["unexpected"][0]["why"]


def test_an_infrastructure_error_is_never_as_expected() -> None:
    assert not Played("t", "pass", 0.0, "infra_error", 0.0).as_expected
    assert Played("t", "pass", 0.0, "error", 0.0).as_expected
