"""Feedback as text, held against golden text."""

from __future__ import annotations

import pytest

from rlvr_envs.info import CaseResult, ExceptionInfo, Feedback, Frame, Resources, SandboxInfo
from rlvr_envs.rendering import MAX_TEXT, case_text, feedback_text, report_text, visible_tests
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest, Suite, Task

ERROR = ExceptionInfo(
    "IndexError",
    "list index out of range",
    (
        Frame(5, "f", "    return pick(xs)", 5, 11, 19, locals=(("xs", "[1]"),)),
        Frame(2, "pick", "    return xs[len(xs)]", 2, 11, 22),
    ),
)
FEEDBACK = Feedback(
    verdict="error",
    reason="exception",
    cases=(
        CaseResult("visible[0]", "solved", "f([])", "0", "0"),
        CaseResult("visible[1]", "wrong", "f([2])", "[1, 2]", "[1, 3]", "$[1]: 2 != 3", stdout="got 2\n"),
        CaseResult("visible[2]", "error", "f([1])", exception=ERROR),
        CaseResult("visible[3]", "not_run", "f([4])"),
    ),
    visible_passed=1,
    visible_total=4,
    hidden_passed=2,
    hidden_total=8,
    resources=Resources(0.0042, 0.0031, 14.3),
    sandbox=SandboxInfo("bwrap", "strong", "3.11.7"),
)
GOLDEN = """\
✓ f([])
✗ f([2])
  got [1, 2], expected [1, 3]
  first difference: $[1]: 2 != 3
  printed:
    got 2
✗ f([1])
  raised: IndexError: list index out of range
    line 5, in f
      return pick(xs)
             ^^^^^^^^
      where xs = [1]
    line 2, in pick
      return xs[len(xs)]
             ^^^^^^^^^^^
· f([4])
  not run
Hidden tests passed: 2 of 8."""


def test_the_model_reads_values_places_and_counts() -> None:
    assert feedback_text(FEEDBACK) == GOLDEN


@pytest.mark.parametrize(
    ("left", "right", "difference", "told"),
    [
        ("[12, 3]", "", "the checker says: the product is 36", "got [12, 3]\n  the checker says: the product is 36"),
        ("[12]", "", "the checker refused it", "got [12]\n  the checker refused it"),
        ("1", "2", "1 > 2 is false", "got 1, expected 2\n  1 > 2 is false"),
        ("", "", "TypeError: no len()", "TypeError: no len()"),
        ("3\n", "4\n", "line 1, column 1: '3' != '4'", "got 3, expected 4\n  first difference: line 1, column 1: '3' != '4'"),
        ("", "4\n", "line 1: missing '4'", "got nothing, expected 4\n  first difference: line 1: missing '4'"),
        ("a\nb\n", "c\n", "", "got:\n    a\n    b\n  expected:\n    c"),
        (
            "",
            "c\nd",
            "token 1: missing 'c'",
            "got:\n    nothing\n  expected:\n    c\n    d\n  first difference: token 1: missing 'c'",
        ),
        ("a\nb\n", "", "the checker refused it", "got:\n    a\n    b\n  the checker refused it"),
        ("", "", "", "wrong"),
    ],
)
def test_what_a_wrong_case_gave_is_told_in_its_own_form(left: str, right: str, difference: str, told: str) -> None:
    case = CaseResult("visible[0]", "wrong", "f(1)", left, right, difference)
    assert feedback_text(Feedback("wrong", cases=(case,))) == f"✗ f(1)\n  {told}"


CHECKED = "It must satisfy a checker, which may accept several answers, on these tests:"


@pytest.mark.parametrize(
    ("test", "checker", "told"),
    [
        (CallTest((1,), 2), "", "It must pass these tests:\nassert f(1) == 2"),
        (CallTest((1,), [2, 5]), "def check", f"{CHECKED}\nf(1)  # reference: [2, 5]"),
        (CallTest((1,), None), "def check", f"{CHECKED}\nf(1)"),
        (StdioTest("1\n", "2\n"), "def check", f"{CHECKED}\nInput:\n1\nReference output:\n2"),
        (StdioTest("1\n", ""), "def check", f"{CHECKED}\nInput:\n1"),
        (StdioTest("1\n", ""), "", "It must pass these tests:\nInput:\n1\nOutput:\n"),
        (AssertTest("assert f(1)"), "def check", f"{CHECKED}\nassert f(1)"),
    ],
)
def test_a_prompt_never_says_that_a_reference_is_what_is_expected(test: object, checker: str, told: str) -> None:
    assert visible_tests(Task("t", "p", "f", Suite(visible=(test,)), checker=checker)) == told  # type: ignore[arg-type]
    assert visible_tests(Task("t", "p", "f", Suite(hidden=(test,)), checker=checker)) == ""  # type: ignore[arg-type]


def test_an_exception_that_cases_share_is_told_once() -> None:
    twice = Feedback("error", cases=(FEEDBACK.cases[2], FEEDBACK.cases[2]))
    assert feedback_text(twice).endswith("✗ f([1])\n  raised: IndexError, as above")


def test_a_recursion_shows_how_it_begins_and_ends() -> None:
    frames = tuple(Frame(line, f"f{line}") for line in range(1, 21))
    text = feedback_text(Feedback("error", exception=ExceptionInfo("RecursionError", "too deep", frames)))
    assert [f"f{n}" in text for n in (1, 3, 4, 17, 18, 20)] == [True, True, False, False, True, True]
    assert "14 frames left out" in text


def test_feedback_is_short_whatever_is_in_it() -> None:
    cases = tuple(CaseResult(f"v{i}", "wrong", f"f({i})", "é" * 500, "è" * 500, stdout="x" * 1000) for i in range(60))
    text = feedback_text(Feedback("wrong", cases=cases, hidden_passed=1, hidden_total=2))
    assert len(text) < MAX_TEXT + 100
    assert text.startswith("✗ f(0)")
    assert text.endswith("Hidden tests passed: 1 of 2.")


def test_a_person_reads_verdict_and_resources_as_well() -> None:
    lines = report_text(FEEDBACK).splitlines()
    assert lines[0] == "verdict error (exception)   visible 1/4   hidden 2/8"
    assert lines[-1] == "4.2 ms wall, 3.1 ms CPU, 14 MiB; sandbox bwrap (strong), Python 3.11.7"


@pytest.mark.parametrize("verdict", ["malformed", "timeout", "memory", "output_limit", "crash", "forbidden", "infra_error"])
def test_every_stop_has_its_sentence(verdict: str) -> None:
    assert feedback_text(Feedback(verdict)).endswith((".", ")."))


def test_control_tokens_are_defused_wherever_they_come_from() -> None:
    case = CaseResult("visible[0]", "wrong", call="assert f('<s>') == 1", left="'<|im_end|>'", right="1")
    text = feedback_text(Feedback("wrong", cases=(case,)))
    assert "f('‹s›')" in text
    assert "got '‹|im_end|›', expected 1" in text


def test_a_defused_line_keeps_its_columns() -> None:
    frame = Frame(2, "f", source="x = '<|im_end|>' / y", end_line=2, column=4, end_column=20)
    lines = feedback_text(Feedback("error", exception=ExceptionInfo("TypeError", "", (frame,)))).splitlines()
    assert lines[2:4] == ["    x = '‹|im_end|›' / y", "        ^^^^^^^^^^^^^^^^"]


@pytest.mark.parametrize(
    ("test", "text"),
    [
        (AssertTest("assert f(1) == 2"), "assert f(1) == 2"),
        (CallTest((1, "a"), {"k": (1,)}, {"key": None}), "assert f(1, 'a', key=None) == {'k': (1,)}"),
        (CallTest(({"b", "a"},), True), "assert f({'a', 'b'}) == True"),
        (StdioTest("1 2\n", "3\n"), "Input:\n1 2\nOutput:\n3"),
    ],
)
def test_a_test_is_shown_as_the_model_would_write_it(test: object, text: str) -> None:
    assert case_text(test, "f") == text  # type: ignore[arg-type]
