"""Blame where a program was when its time was up."""

from __future__ import annotations

from rlvr_envs.episode import Outcome
from rlvr_envs.info import CaseResult, Feedback, Frame, Span
from rlvr_envs.wrappers import LastLineCredit
from tests.wrappers.credit.coded import judged, places
from tests.wrappers.credit.scripted import Scripted, step

ENDLESS = "def f(x):\n    n = 0\n    while True:\n        n = n * 1\n    return n"


def test_the_line_and_the_head_of_its_loop_are_blamed_in_a_real_run() -> None:
    action, info = judged(ENDLESS, ("LastLineCredit", {"blame": 0.5}))
    found = places(action, info, "last_line")
    assert info["verdict"] == "timeout"
    assert set(found) <= {("while True:", -0.5), ("n = n * 1", -0.5)}
    assert ("while True:", -0.5) in found


def said(*frames: Frame, action: str = ENDLESS, verdict: str = "timeout") -> tuple[Span, ...]:
    cases = (CaseResult("v0", "timeout", stopped_at=frames), CaseResult("v1", "timeout", stopped_at=frames))
    found: tuple[Span, ...] = step(
        LastLineCredit(Scripted(Outcome(Feedback(verdict, cases=cases, code_span=(0, len(action)))))), action
    )["credit"]
    return found


def test_the_innermost_frame_counts_and_each_line_once() -> None:
    assert said(Frame(2, "g"), Frame(4, "f")) == (
        Span(44, 53, -1.0, "last_line", "claimed"),
        Span(24, 35, -1.0, "last_line", "claimed"),
    )


def test_a_line_outside_any_loop_is_blamed_alone() -> None:
    assert said(Frame(2, "f")) == (Span(14, 19, -1.0, "last_line", "claimed"),)


def test_the_innermost_of_several_loops_is_blamed() -> None:
    action = "for a in b:\n  for c in d:\n    x\n  y"
    assert [action[span.start : span.end] for span in said(Frame(3, "f"), action=action)] == ["x", "for c in d:"]
    assert [action[span.start : span.end] for span in said(Frame(4, "f"), action=action)] == ["y", "for a in b:"]


def test_nothing_is_said_without_a_place_or_when_solved() -> None:
    assert said() == ()
    assert said(Frame(9, "f")) == ()  # a line that the program does not have
    assert said(Frame(4, "f"), verdict="solved") == ()
    bare = Outcome(Feedback("timeout", cases=(CaseResult("v0", "timeout", stopped_at=(Frame(1, "f"),)),)))
    assert step(LastLineCredit(Scripted(bare)))["credit"] == ()  # an answer without a program
