"""Blame at the places where a program says that it failed, with numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_envs.episode import Outcome
from rlvr_envs.info import CaseResult, ExceptionInfo, Feedback, Frame, Span
from rlvr_envs.wrappers import SyntaxCredit, TracebackCredit
from rlvr_envs.wrappers.base import MAX_SPANS
from tests.wrappers.credit.scripted import Scripted, step


def raised(*spans: tuple[int, int], basis: Any = "claimed") -> ExceptionInfo:
    return ExceptionInfo("ValueError", "no", tuple(Frame(1, "f", span=span) for span in spans), basis)


def cases(*exceptions: ExceptionInfo) -> tuple[CaseResult, ...]:
    return tuple(CaseResult(f"v{i}", "error", exception=exception) for i, exception in enumerate(exceptions))


def blame(start: int, end: int, value: float) -> Span:
    return Span(start, end, value, "traceback", "claimed")


def test_each_caller_gets_half_of_what_its_callee_gets() -> None:
    feedback = Feedback("error", cases=cases(raised((0, 3), (4, 9), (10, 12))))
    info = step(TracebackCredit(Scripted(Outcome(feedback)), blame=0.8))
    assert info["credit"] == (blame(10, 12, -0.8), blame(4, 9, -0.4), blame(0, 3, -0.2))
    assert list(info["reward_terms"]) == ["solved"]


def test_without_decay_every_frame_is_blamed_alike_and_with_none_left_the_deepest_alone() -> None:
    scripted = Scripted(Outcome(Feedback("error", cases=cases(raised((0, 3), (4, 9))))))
    assert step(TracebackCredit(scripted, decay=1.0))["credit"] == (blame(4, 9, -1.0), blame(0, 3, -1.0))
    assert step(TracebackCredit(scripted, decay=0.0))["credit"] == (blame(4, 9, -1.0),)


def test_a_place_that_cases_share_is_blamed_once_with_its_largest_value() -> None:
    feedback = Feedback("error", cases=cases(raised((0, 3), (4, 9)), raised((4, 9)), raised((4, 9), (0, 3))))
    assert step(TracebackCredit(Scripted(Outcome(feedback))))["credit"] == (blame(4, 9, -1.0), blame(0, 3, -1.0))


def test_a_frame_without_a_place_still_counts_as_a_call() -> None:
    feedback = Feedback("error", cases=cases(raised((0, 3), (-1, -1))))
    assert step(TracebackCredit(Scripted(Outcome(feedback))))["credit"] == (blame(0, 3, -0.5),)


def test_an_exception_while_loading_is_blamed_like_one_of_a_case() -> None:
    info = step(TracebackCredit(Scripted(Outcome(Feedback("error", exception=raised((2, 5)))))))
    assert info["credit"] == (blame(2, 5, -1.0),)


def test_a_syntax_error_is_one_verified_span_and_no_traceback() -> None:
    feedback = Feedback("error", exception=raised((2, 5), basis="verified"))
    both = TracebackCredit(SyntaxCredit(Scripted(Outcome(feedback)), blame=0.5))
    assert step(both)["credit"] == (Span(2, 5, -0.5, "syntax", "verified"),)


def test_an_exception_that_the_program_tells_of_is_no_syntax_error() -> None:
    told = ExceptionInfo("SyntaxError", "invalid syntax", raised((2, 5)).frames)
    feedback = Feedback("error", exception=told, cases=cases(raised((0, 1), basis="verified")))
    assert step(SyntaxCredit(Scripted(Outcome(feedback))))["credit"] == ()


@pytest.mark.parametrize("kind", [SyntaxCredit, TracebackCredit])
@pytest.mark.parametrize("basis", ["claimed", "verified"])
def test_nothing_is_said_without_a_place_or_when_solved(kind: Any, basis: str) -> None:
    lost = Outcome(Feedback("error", exception=raised((-1, -1), basis=basis)))
    bare = Outcome(Feedback("error", exception=raised(basis=basis)))
    assert (step(kind(Scripted(lost)))["credit"], step(kind(Scripted(bare)))["credit"]) == ((), ())
    assert step(TracebackCredit(Scripted(Outcome(Feedback("solved", exception=raised((2, 5)))))))["credit"] == ()


def test_of_many_places_the_most_blamed_ones_are_kept() -> None:
    many = raised(*[(i, i + 1) for i in range(100)])
    found = step(TracebackCredit(Scripted(Outcome(Feedback("error", cases=cases(many)))), decay=0.9))["credit"]
    assert [span.start for span in found] == [99 - i for i in range(MAX_SPANS)]


@pytest.mark.parametrize("decay", [-0.1, 1.5, "a", True, float("nan")])
def test_another_decay_is_refused(decay: Any) -> None:
    with pytest.raises(ValueError, match=r"decay must be in \[0, 1\]"):
        TracebackCredit(Scripted(), decay=decay)
