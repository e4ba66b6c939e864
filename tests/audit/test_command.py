"""``rlvr audit`` on a small file: planted faults are found, a good task is clean, and the exit status says so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("typer", reason="needs the extra `cli`")

from typer.testing import CliRunner, Result

from rlvr_envs import cli
from rlvr_envs.audit.auditing import AuditUsageError, read
from rlvr_envs.errors import UsageError

ROOT = Path(__file__).parents[2]


def row(task_id: str, hidden: list[Any], reference: str | None, **fields: Any) -> dict[str, Any]:
    made = {"task_id": task_id, "prompt": "Write f.", "entry_point": "f", "tests": {"hidden": hidden}, **fields}
    return made if reference is None else {**made, "reference": reference}


def calls(*pairs: tuple[Any, Any]) -> list[dict[str, Any]]:
    return [{"args": [given], "expected": expected} for given, expected in pairs]


GOOD = row("good", calls((0, 7), (3, 16), (-4, -5), (5, 22)), "def f(x):\n    return 3 * x + 7")
CONSTANT = row("constant", calls((1, 5), (2, 5)), "def f(x):\n    return 5 if x < 9 else x")
ECHO = row("echo", calls((1, 1), (2, 2)), "def f(x):\n    return abs(x)")
WRONG = row("wrong", calls((1, 2), (2, 5)), "def f(x):\n    return 2 * x")
CHANCE = row("chance", calls((1, 0)), "import os\ndef f(x):\n    return 0 if os.urandom(1)[0] < 128 else 1")
SHOWN = row(
    "shown",
    calls((3, 30), (4, 40)),
    "def f(x):\n    return 10 * x",
    tests={"visible": calls((3, 30), (4, 40)), "hidden": calls((3, 30), (4, 40))},
)
WEAK = row(
    "weak",
    calls((5, "b"), (50, "c")),
    "def f(x):\n    if x < 3:\n        return 'a'\n    if x < 20 and x != 7:\n        return 'b'\n    return 'c'",
)
BARE = row("bare", calls((1, 2), (2, 3)), None)


def audit(tmp_path: Path, rows: list[dict[str, Any]], *arguments: str) -> tuple[Result, dict[str, Any]]:
    (tmp_path / "tasks.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows))
    command = ["audit", str(tmp_path / "tasks.jsonl"), "--json", str(tmp_path / "report.json"), "--workers", "2", *arguments]
    result = CliRunner().invoke(cli.build_app(), command)
    path = tmp_path / "report.json"
    return result, json.loads(path.read_text()) if path.is_file() else {}


def test_planted_faults_are_found_and_a_good_task_is_clean(tmp_path: Path) -> None:
    result, report = audit(tmp_path, [GOOD, CONSTANT, ECHO, WRONG, CHANCE, SHOWN, WEAK, BARE], "--runs", "16", "--mutants", "30")
    assert result.exit_code == 1, result.output
    found = {each["task_id"]: {finding["code"] for finding in each["findings"]} for each in report["results"]}
    severe = {
        each["task_id"]: {finding["code"] for finding in each["findings"] if finding["severity"] != "note"}
        for each in report["results"]
    }
    assert severe == {
        "good": set(),
        "constant": {"constant-passes", "weak-tests"},
        "echo": {"stub-passes"},
        "wrong": {"reference-fails"},
        # 16 fair draws are all alike in 2 of 65,536 audits; its one test expects 0, which a constant gives.
        "chance": {"non-deterministic", "constant-passes"},
        "shown": {"lookup-passes"},
        "weak": {"weak-tests"},
        "bare": {"no-reference"},
    }
    assert found["good"] == set()
    assert report["results"][-1]["task_id"] == "good"
    assert "weak-tests" in result.output
    (weak,) = [each for each in report["results"] if each["task_id"] == "weak"]
    assert any(name.startswith("boundary@2:7 `x < 3`") for name in weak["mutants"]["survivors"])


def test_a_clean_set_of_tasks_has_status_0(tmp_path: Path) -> None:
    result, report = audit(tmp_path, [GOOD], "--fail-on", "note")
    assert result.exit_code == 0, result.output
    assert report["summary"]["findings"] == {}
    assert report["summary"]["mutation_score"] == 1.0
    assert "1 tasks: 0 with errors" in result.output


@pytest.mark.parametrize(("level", "status"), [("note", 1), ("warning", 1), ("error", 0), ("never", 0)])
def test_fail_on_says_from_which_severity_on_the_status_is_1(tmp_path: Path, level: str, status: int) -> None:
    result, _ = audit(tmp_path, [BARE], "--fail-on", level)
    assert result.exit_code == status, result.output


def test_the_same_seed_gives_the_same_report_but_for_times(tmp_path: Path) -> None:
    def untimed(report: dict[str, Any]) -> str:
        for each in report["results"]:
            each["time_share"] = None
            for result in (*each["reference"], *each["answers"]):
                result["wall_s"] = None
        return json.dumps(report)

    first, again, other = (audit(tmp_path, [GOOD, WEAK], "--seed", seed, "--mutants", "4")[1] for seed in ("1", "1", "2"))
    assert untimed(first) == untimed(again)
    assert untimed(first) != untimed(other)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nosuchfile.jsonl"], "unknown tasks 'nosuchfile.jsonl'"),
        (["generated", "--fail-on", "worst"], "--fail-on must be one of note, warning, error, never, got 'worst'"),
        (["generated", "--runs", "1"], "runs must be at least 2"),
        (["generated", "--limit", "0"], "--limit must be at least 1, got 0"),
        (["generated", "--seed", "-1"], "--seed must be at least 0, got -1"),
        (["generated", "--rows", "-1"], "--rows must be at least 0, got -1"),
        (["generated", "--json", "/"], "--json must name a file that can be written to, got '/': Is a directory"),
        (["generated", "--workers", "0"], "workers must be at least 1, got 0"),
        (["generated", "--backend", "bwarp"], "did you mean 'bwrap'"),
        (["generated", "--json", "no/such/folder/x.json"], "--json must name a file in a folder that exists"),
        (["humaneval:nosuchfile"], "nosuchfile"),
    ],
)
def test_bad_usage_is_one_line_and_status_2(arguments: list[str], message: str) -> None:
    command = [sys.executable, "-m", "rlvr_envs.cli", "audit", *arguments]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown.returncode == 2
    assert message in shown.stderr
    assert shown.stderr.count("\n") == 1


def test_a_report_that_is_there_outlives_a_mistake_and_none_is_left_behind(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text("{}")
    for path in (old, new):
        result = CliRunner().invoke(cli.build_app(), ["audit", "generated", "--json", str(path), "--backend", "bwarp"])
        assert isinstance(result.exception, UsageError)
    assert old.read_text() == "{}"
    assert not new.exists()


def test_an_endless_source_is_drawn_from() -> None:
    tasks = read("generated:plus", split=None, limit=7, seed=1)
    assert len({task.task_id for task in tasks}) == 7
    assert tasks == read("generated:plus", split=None, limit=7, seed=1)
    with pytest.raises(ValueError, match="--limit must be at least 1"):
        read("generated", split=None, limit=0, seed=0)
    assert issubclass(AuditUsageError, ValueError)
