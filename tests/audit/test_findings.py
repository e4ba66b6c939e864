"""Findings and the report from figures worked out by hand."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from rlvr_envs.audit.answers import Answer
from rlvr_envs.audit.failures import Failure
from rlvr_envs.audit.findings import RULES, Severity, findings_of
from rlvr_envs.audit.measure import Measured, Result, Settings
from rlvr_envs.audit.mutants import Mutant
from rlvr_envs.audit.report import audited, details, summary, summary_lines, table, to_json
from rlvr_envs.sandbox.base import SandboxReport
from rlvr_envs.tasks.base import CallTest, Suite, Task

SUITE = Suite(visible=(CallTest((0,), 0),), hidden=tuple(CallTest((n,), n) for n in range(1, 5)), audit=(CallTest((9,), 9),))
RIGHT = Result("solved", 1.0, (1, 4, 1), wall_s=0.5)


def wrong(passed: int) -> Result:
    return Result("wrong", passed / 4, (0, passed, 0), reason="wrong_answer")


def mutant(line: int) -> Mutant:
    return Mutant("flip", line, 0, "a < b", "a >= b", "")


def measured(task_id: str = "t", **fields: Any) -> Measured:
    task = Task(task_id, "Write f.", "f", SUITE, reference=fields.pop("reference", "def f(x):\n    return x"))
    return Measured(task, **{"references": (RIGHT,) * 5, **fields})


def codes(**fields: Any) -> list[str]:
    return [finding.code for finding in findings_of(measured(**fields))]


def test_a_good_task_has_no_findings() -> None:
    answers = ((Answer("constant", "0", ""), wrong(1)), (Answer("stub", "pass", ""), wrong(0)))
    assert codes(answers=answers, mutants=tuple((mutant(n), wrong(2)) for n in range(9))) == []


def test_reference_that_fails_says_how() -> None:
    (found,) = findings_of(measured(references=(wrong(3),) * 5))
    assert (found.code, found.severity) == ("reference-fails", Severity.ERROR)
    counts = "the reference is wrong (wrong_answer): 0 of 1 visible, 3 of 4 hidden, 0 of 1 audit tests"
    assert found.message == f"{counts}; when its tests were judged once more, none of them failed"
    failure = Failure("hidden[3]", "error", "f(4)", "ValueError", "too\nlarge", 2, "return x")
    (found,) = findings_of(measured(references=(wrong(3),) * 5, failure=failure))
    assert found.message == f"{counts}; hidden[3] `f(4)`: raised ValueError: too large, line 2 `return x`"
    assert codes(references=(Result("solved", 1.0, (1, 4, 0)),) * 5) == ["reference-fails"]  # an audit test alone fails


def test_runs_that_differ_are_non_deterministic_and_not_failing() -> None:
    (found,) = findings_of(measured(references=(RIGHT, wrong(3), RIGHT)))
    assert (found.code, found.message) == (
        "non-deterministic",
        "3 runs of the reference differ (verdict, tests passed visible+hidden+audit): solved 1+4+1; wrong 0+3+0",
    )


@pytest.mark.parametrize("kind", ["stub", "constant", "lookup"])
def test_answers_that_know_nothing_and_pass_are_errors_and_half_is_a_note(kind: str) -> None:
    assert codes(answers=((Answer(kind, "x", ""), RIGHT),)) == [f"{kind}-passes"]
    assert codes(answers=((Answer(kind, "x", ""), wrong(2)),)) == [f"{kind}-scores"]
    assert codes(answers=((Answer(kind, "x", ""), wrong(1)),)) == []


def test_weak_tests_need_five_mutants_and_a_score_below_three_quarters() -> None:
    def with_mutants(survive: int, caught: int) -> list[str]:
        pairs = [(mutant(n), RIGHT) for n in range(survive)] + [(mutant(n), wrong(0)) for n in range(caught)]
        return codes(mutants=tuple(pairs))

    assert with_mutants(2, 3) == ["weak-tests"]  # 3/5 = 0.6
    assert with_mutants(2, 6) == []  # 6/8 = 0.75
    assert with_mutants(3, 1) == []  # four say too little
    one = measured(mutants=((mutant(1), RIGHT), (mutant(2), wrong(0)), (mutant(3), Result("infra_error", 0.0))))
    assert (one.mutation_score, one.judged_mutants, one.survivors) == (0.5, 2, (mutant(1),))


def test_a_reference_may_take_half_of_its_time() -> None:
    assert codes(references=(Result("solved", 1.0, (1, 4, 1), wall_s=2.5),) * 2) == []  # of 5 s
    (found,) = findings_of(measured(references=(RIGHT, Result("solved", 1.0, (1, 4, 1), wall_s=4.0))))
    assert (found.code, found.message) == ("slow-reference", "the reference takes up to 80% of its 5 s")


def test_no_reference_and_what_could_not_be_judged_are_told() -> None:
    assert codes(reference=None, references=()) == ["no-reference"]
    lost = Result("infra_error", 0.0)
    (found,) = findings_of(measured(references=(RIGHT, lost)))
    assert (found.code, found.message) == ("not-judged", "1 of 2 programs could not be judged")


def test_the_report_is_strict_json_worst_first() -> None:
    good = measured("good", mutants=((mutant(1), wrong(0)),), answers=((Answer("constant", "7", ""), wrong(1)),))
    noted = measured("noted", answers=((Answer("constant", "0", ""), wrong(3)),))
    bad = measured("bad", answers=((Answer("constant", "1", ""), RIGHT),), mutants=((mutant(1), RIGHT), (mutant(2), wrong(0))))
    rows = audited([good, noted, bad])
    report = SandboxReport("bwrap", "strong", "3.11", {})
    data = json.loads(json.dumps(to_json(rows, tasks="x.jsonl", settings=Settings(), sandbox=report), allow_nan=False))
    assert [row["task_id"] for row in data["results"]] == ["bad", "noted", "good"]
    assert data["results"][0]["findings"] == [{"code": "constant-passes", "severity": "error", "message": "solved by 1"}]
    assert data["results"][0]["mutants"] == {"judged": 2, "score": 0.5, "survivors": ["flip@1:0 `a < b` -> `a >= b`"]}
    assert data["results"][2]["time_share"] == 0.1  # 0.5 s of 5 s
    assert summary(rows) == {
        "tasks": 3,
        "tasks_by_worst_severity": {"note": 1, "warning": 0, "error": 1},
        "findings": {"constant-passes": 1, "constant-scores": 1},
        "mutants": 3,
        "mutants_caught": 2,
        "mutation_score": pytest.approx(2 / 3),
        "baseline": pytest.approx((1 / 4 + 3 / 4 + 1) / 3),
    }
    assert details(rows, 5) == ["bad constant-passes: solved by 1"]
    assert "2 of 3 mutants of references fail a test (66.7%)" in "\n".join(summary_lines(rows))


def test_every_code_is_explained_in_the_documents() -> None:
    text = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")
    assert [code for code in RULES if f"`{code}`" not in text] == []
    assert [rule.code for rule in RULES.values() if f"| `{rule.code}` | {rule.severity.name.lower()} |" not in text] == []


def test_settings_are_checked() -> None:
    with pytest.raises(ValueError, match="runs must be at least 2"):
        Settings(runs=1)
    with pytest.raises(ValueError, match="mutants must be at least 0"):
        Settings(mutants=-1)


@pytest.mark.parametrize("columns", [80, 120])
def test_the_table_cuts_neither_codes_nor_headings_nor_ids(columns: int) -> None:
    console = pytest.importorskip("rich.console", reason="needs the extra `cli`").Console(width=columns, file=io.StringIO())
    answers = ((Answer("constant", "0", ""), RIGHT), (Answer("lookup", "examples", ""), wrong(2)))
    mutants = ((mutant(1), RIGHT), (mutant(2), wrong(0)))
    one = measured("generated/largest_plus_smallest/a=31,b=22/433", answers=answers, mutants=mutants)
    console.print(table(audited([one]), 5))
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= columns
    rows = [re.split("[│┃]", line) for line in lines if line[0] in "│┃"]
    assert ["".join(cell.strip() for cell in column) for column in zip(*rows, strict=True)][1:-1] == [
        "taskgenerated/largest_plus_smallest/a=31,b=22/433",
        "findingsconstant-passeslookup-scores",
        "constant100%",
        "lookup50%",
        "mutantscaught1/2",
        "time10.0%",
    ]
