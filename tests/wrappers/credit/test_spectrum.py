"""Blame by which tests execute a line, with numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_envs.episode import Outcome
from rlvr_envs.facts import HiddenCase
from rlvr_envs.info import CaseResult, ExceptionInfo, Feedback, Frame
from rlvr_envs.wrappers import SpectrumCredit
from rlvr_envs.wrappers.credit.spectrum import FORMULAS, suspiciousness
from tests.wrappers.credit.coded import judged, places
from tests.wrappers.credit.scripted import Scripted, step

PROGRAM = "def f(x):\n    if x < 0:\n        return x\n    return x"


def case(verdict: str, *lines: int) -> HiddenCase:
    return HiddenCase(verdict, lines)


def test_the_formulas_give_the_numbers_of_the_literature() -> None:
    # 2 of 2 failing and 1 of 4 passing tests execute the line: 2 / sqrt(2 * 3), 1 / (1 + 1/4), 4 / (1 + 0).
    assert {name: round(formula(2, 1, 2, 4), 4) for name, formula in FORMULAS.items()} == {
        "ochiai": 0.8165,
        "tarantula": 0.8,
        "dstar": 4.0,
    }


def test_a_line_of_failing_tests_alone_is_the_most_suspicious_one_and_one_of_passing_tests_not_at_all() -> None:
    assert {name: formula(2, 0, 2, 4) for name, formula in FORMULAS.items()} == {"ochiai": 1.0, "tarantula": 1.0, "dstar": 8.0}
    assert {name: formula(0, 3, 2, 4) for name, formula in FORMULAS.items()} == {"ochiai": 0.0, "tarantula": 0.0, "dstar": 0.0}


@pytest.mark.parametrize("formula", FORMULAS.values())
def test_lines_that_the_same_tests_execute_tie(formula: Any) -> None:
    found = suspiciousness([case("wrong", 2, 3, 4), case("solved", 2, 5)], formula)
    assert found[3] == found[4] == 1.0 > found[2] > found[5] == 0.0


@pytest.mark.parametrize(
    "cases",
    [
        [case("wrong", 2, 3), case("error", 2, 4)],  # none passes
        [case("solved", 2, 3), case("solved", 2, 4)],  # none fails
        [case("wrong", 2, 3), case("solved", 2, 3)],  # straight on
        [case("wrong", 2, 3), case("solved"), case("not_run")],  # those that pass tell of no lines
        [],
    ],
)
def test_a_spectrum_that_tells_no_lines_apart_says_nothing(cases: list[HiddenCase]) -> None:
    assert suspiciousness(cases) == {}


def test_visible_and_hidden_cases_count_alike() -> None:
    action = f"```python\n{PROGRAM}\n```"
    feedback = Feedback(
        "wrong",
        cases=(CaseResult("v0", "wrong", lines=(2, 3)), CaseResult("v1", "solved", lines=(2, 4))),
        code_span=(10, 10 + len(PROGRAM)),
    )
    outcome = Outcome(feedback, evidence=(case("wrong", 2, 3), case("solved", 2, 4), case("solved", 2, 4)))
    info = step(SpectrumCredit(Scripted(outcome), blame=0.5), action)
    # The last line: no failing test.  The branch: 2 / sqrt(2 * 2) = 1.  The condition: 2 / sqrt(2 * 5) = .6325.
    found = [(action[span.start : span.end], round(span.value, 4), span.basis) for span in info["credit"]]
    assert found == [("return x", -0.5, "claimed"), ("if x < 0:", -0.3162, "claimed")]


def test_a_line_of_an_exception_comes_first_where_that_is_asked_for() -> None:
    action = f"```python\n{PROGRAM}\n```"
    error = ExceptionInfo("ValueError", "", (Frame(2, "f"), Frame(4, "f")))
    cases = (CaseResult("v0", "error", lines=(2, 3), exception=error), CaseResult("v1", "solved", lines=(2,)))
    outcome = Outcome(Feedback("wrong", cases=cases, code_span=(10, 10 + len(PROGRAM))))
    found = step(SpectrumCredit(Scripted(outcome), traceback_first=True), action)["credit"]
    # The frame counts 1; the branch 1 / 2, the condition 1 / sqrt(2) / 2.
    assert [(span.start, round(span.value, 4)) for span in found] == [(55, -1.0), (42, -0.5), (24, -0.3536)]


def test_the_branch_that_is_wrong_is_blamed_most_in_a_real_run() -> None:
    action, info = judged(PROGRAM, "SpectrumCredit", trace="lines")
    # Both negative inputs fail and take the branch; all five run the condition: 2 / sqrt(2 * 5).
    assert [(text, round(value, 4)) for text, value in places(action, info, "spectrum")] == [
        ("return x", -1.0),
        ("if x < 0:", -0.6325),
    ]
    assert info["credit"][0].start == action.index("return x")


def test_a_solved_answer_is_not_blamed() -> None:
    assert judged("def f(x):\n    return abs(x)", "SpectrumCredit", trace="lines")[1]["credit"] == ()


def test_an_environment_that_traces_no_lines_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r'SpectrumCredit needs .*lines, and rlvr/Code-v0 .*; make it with trace="lines"'):
        judged(PROGRAM, "SpectrumCredit")


def test_an_unknown_formula_is_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown formula 'Ochiai'; did you mean 'ochiai'\? Known: ochiai, tarantula, dstar"):
        SpectrumCredit(Scripted(), formula="Ochiai")
