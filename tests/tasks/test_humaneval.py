"""HumanEval: check(candidate) taken apart, and the whole data set where it is at hand."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.tasks.base import AssertTest
from rlvr_envs.tasks.humaneval import read_humaneval, split_check
from rlvr_envs.tasks.sources import make_source

#: Runs tests as text in one namespace after a solution, in a process of its own, and prints how many tests of a row pass.
RUNNER = """
import json, sys, warnings
warnings.simplefilter("ignore")
for row in json.load(sys.stdin):
    namespace = {}
    passed = 0
    exec(row["setup"] + "\\n" + row["solution"], namespace)
    namespace_of_tests = {row["entry_point"]: namespace[row["entry_point"]]}
    exec(row["test_setup"], namespace_of_tests)
    namespace_of_tests[row["entry_point"]] = namespace[row["entry_point"]]
    for test in row["tests"]:
        try:
            exec(test, namespace_of_tests)
            passed += 1
        except Exception:
            pass
    print(json.dumps([row["task_id"], passed, len(row["tests"])]))
"""
ROW = {
    "task_id": "HumanEval/900",
    "prompt": 'import math\n\ndef helper(x):\n    return x + 1\n\n\ndef f(x: int) -> int:\n    """Double x."""\n',
    "entry_point": "f",
    "canonical_solution": "    return 2 * x\n",
    "test": "\n\nMETADATA = {}\n\n\ndef check(candidate):\n    assert candidate(1) == 2\n    assert candidate(helper(2)) == 6\n",
}


def run(rows: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    done = subprocess.run([sys.executable, "-I", "-c", RUNNER], input=json.dumps(rows).encode(), capture_output=True, check=True)
    results = map(json.loads, done.stdout.decode().splitlines())
    return {task_id: (passed, total) for task_id, passed, total in results}


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_row_becomes_a_task_of_single_hidden_tests(tmp_path: Path) -> None:
    (task,) = read_humaneval(write(tmp_path / "rows", ROW))
    assert task.prompt == ROW["prompt"]
    assert task.setup == "import math\n\ndef helper(x):\n    return x + 1"
    assert task.test_setup == f"{task.setup}\nMETADATA = {{}}"
    assert task.tests.hidden == (AssertTest("assert f(1) == 2"), AssertTest("assert f(helper(2)) == 6"))
    assert task.tests.visible == task.tests.audit == ()
    assert task.reference == ROW["prompt"] + ROW["canonical_solution"]


def test_statements_between_asserts_run_before_the_asserts_that_follow() -> None:
    check = (
        "def check(candidate):\n"
        "    'docs'\n"
        "    base = 1\n"
        "    assert candidate(base) == 'candidate'; base = 2\n"
        "    assert candidate(\n        base) == 4, \\\n        'text'\n"
        "    got = candidate(3)\n"
        "    assert got == 6\n"
        "    for i in range(2):\n"
        "        x = '''two\n    lines'''\n"
        "        assert candidate(i) == 2 * i and x\n"
    )
    parts = split_check(check, "double")
    assert parts.setup == "'docs'\nbase = 1"
    assert parts.tests == (
        "assert double(base) == 'candidate'",
        "base = 2\nassert double(\n        base) == 4, \\\n        'text'",
        "base = 2\ngot = double(3)\nassert got == 6",
        "base = 2\ngot = double(3)\nfor i in range(2):\n    x = 'two\\n    lines'\n    assert double(i) == 2 * i and x",
    )


def test_calls_that_nothing_looks_at_are_tests_too() -> None:
    check = "def check(c):\n    with raises(ValueError):\n        c(-1)\n    assert c(1)\n    last = c(2)\n"
    assert split_check(check, "f").tests == (
        "with raises(ValueError):\n    f(-1)",
        "assert f(1)",
        "last = f(2)",
    )


def test_random_tests_are_seeded() -> None:
    check = "def check(c):\n    from random import randint\n    for _ in range(9):\n        assert c(randint(0, 9))\n"
    assert split_check(check, "f").setup == "import random\nrandom.seed(0)\nfrom random import randint"


def test_only_the_variable_is_renamed() -> None:
    check = "def check(candidate):\n    assert candidate('candidate é', é.candidate) == candidate  # candidate\n"
    assert split_check(check, "f").tests == ("assert f('candidate é', é.candidate) == f",)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"test": "def verify(candidate): pass"}, "test", "must define check"),
        ({"test": "def check(candidate):\n    pass"}, "test", "must assert something"),
        ({"test": "def check(:"}, "test", "must parse"),
        ({"entry_point": "g"}, "prompt", "must define 'g'"),
        ({"canonical_solution": "  return ("}, "reference", "must parse"),
        ({"prompt": None}, "prompt", "must be text"),
    ],
)
def test_rows_that_are_not_as_published_name_line_and_field(
    tmp_path: Path, changes: dict[str, Any], field: str, message: str
) -> None:
    path = write(tmp_path / "rows", ROW, {**ROW, **changes})
    with pytest.raises(TaskError, match=message) as caught:
        read_humaneval(path)
    assert (caught.value.line, caught.value.field) == (2, field)


def test_all_references_pass_all_tests_and_no_pass_body_passes(data_folder: Path) -> None:
    path = data_folder / "HumanEval.jsonl.gz"
    tasks = read_humaneval(path)
    assert len(tasks) == 164
    # 1,128 asserts at the top level of check and 5 loops that assert; 48 times `assert True, "..."` is no test.
    assert sum(len(task.tests.hidden) for task in tasks) == 1_133
    rows = [
        {
            **{name: getattr(task, name) for name in ("entry_point", "setup", "test_setup")},
            "task_id": f"{task.task_id} {kind}",
            "solution": solution,
            "tests": [test.source for test in task.tests.hidden if isinstance(test, AssertTest)],
        }
        for task in tasks
        for kind, solution in (("reference", task.reference), ("pass", task.prompt + "    pass\n"))
    ]
    results = run(rows)
    assert [name for name, (passed, total) in results.items() if name.endswith("reference") and passed != total] == []
    assert [name for name, (passed, total) in results.items() if name.endswith("pass") and passed == total] == []
    assert len(results) == 2 * 164
    assert make_source(f"humaneval:{path}").ids() == tuple(task.task_id for task in tasks)
