"""Credit from checked steps, calls of tools, constraints and turns, with numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.credit import compose_characters
from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.episode import Outcome
from rlvr_envs.info import CheckedConstraint, CheckedStep, Feedback, Span, ToolCall
from rlvr_envs.wrappers import ConstraintCredit, StepCheckCredit, ToolCallCredit, TurnCredit
from rlvr_envs.wrappers.base import MAX_SPANS
from tests.wrappers.credit.scripted import Scripted, step

ACTION = "x" * 200


def total(found: Sequence[Span]) -> float:
    """Returns the sum of the verified credit of all characters."""
    return float(compose_characters(found, len(ACTION)).verified_u.sum())


# Steps -----------------------------------------------------------------------------------------------------------


def steps(*oks: bool, **options: Any) -> tuple[Span, ...]:
    checked = tuple(CheckedStep(ok, (10 * i, 10 * i + 9)) for i, ok in enumerate(oks))
    found: tuple[Span, ...] = step(StepCheckCredit(Scripted(Outcome(Feedback("wrong", steps=checked))), **options), ACTION)[
        "credit"
    ]
    return found


def test_the_first_wrong_step_alone_is_blamed() -> None:
    assert steps(True, False, True, False) == (Span(10, 19, -1.0, "steps", "verified"),)
    assert steps(True, True) == steps() == ()


def test_right_steps_before_it_share_the_praise_of_all() -> None:
    assert steps(True, True, False, True, blame=0.5, praise=0.4) == (
        Span(20, 29, -0.5, "steps", "verified"),
        Span(0, 9, 0.1, "steps", "verified"),
        Span(10, 19, 0.1, "steps", "verified"),
    )


@given(st.lists(st.booleans(), max_size=20), st.floats(0.01, 1.0), st.floats(0.0, 1.0))
def test_no_number_of_steps_earns_or_costs_more_than_the_options(oks: list[bool], blame: float, praise: float) -> None:
    assert -blame - 1e-9 <= total(steps(*oks, blame=blame, praise=praise)) <= praise + 1e-9


def test_a_step_without_a_place_still_ends_the_praise() -> None:
    checked = (CheckedStep(False), CheckedStep(True, (0, 9)))
    assert step(StepCheckCredit(Scripted(Outcome(Feedback("wrong", steps=checked))), praise=1.0))["credit"] == ()


def test_of_too_many_steps_the_wrong_one_is_kept() -> None:
    checked = (*(CheckedStep(True, (i, i + 1)) for i in range(100)), CheckedStep(False, (100, 101)))
    found = step(StepCheckCredit(Scripted(Outcome(Feedback("wrong", steps=checked))), praise=1.0))["credit"]
    assert (len(found), found[0]) == (MAX_SPANS, Span(100, 101, -1.0, "steps", "verified"))


# Calls of tools --------------------------------------------------------------------------------------------------


def calls(*problems: Any, **options: Any) -> tuple[Span, ...]:
    made = tuple(ToolCall("t", not problem, (10 * i, 10 * i + 9), problem) for i, problem in enumerate(problems))
    scripted = Scripted(Outcome(Feedback("wrong", tool_calls=made)))
    found: tuple[Span, ...] = step(ToolCallCredit(scripted, **options), ACTION)["credit"]
    return found


def test_each_useless_call_costs_what_its_problem_costs() -> None:
    found = calls("", "refused", "failed", "repeated", "unused", refused=0.4, failed=0.3, repeated=0.2, unused=0.0)
    assert found == tuple(
        Span(10 * i, 10 * i + 9, -value, "tool_calls", "verified") for i, value in [(1, 0.4), (2, 0.3), (3, 0.2)]
    )


def test_useless_calls_cost_no_more_than_1_together() -> None:
    # 4 * .5 = 2, scaled by 1 / 2.
    assert [span.value for span in calls(*["failed"] * 4, failed=0.5)] == [-0.25] * 4
    assert total(calls(*["unused"] * 20)) == pytest.approx(-1.0)


def test_calls_of_use_earn_nothing_however_many() -> None:
    assert calls(*[""] * 20) == ()


def test_a_call_without_a_place_is_not_blamed() -> None:
    feedback = Feedback("wrong", tool_calls=(ToolCall("t", False, problem="failed"),))
    assert step(ToolCallCredit(Scripted(Outcome(feedback))))["credit"] == ()


# Constraints -----------------------------------------------------------------------------------------------------


def test_each_broken_constraint_costs_its_share_where_it_is_broken() -> None:
    constraints = (
        CheckedConstraint("no commas", False, (3, 4)),
        CheckedConstraint("says hello", False),
        CheckedConstraint("short", True),
        CheckedConstraint("plain", True, (5, 6)),
    )
    scripted = Scripted(Outcome(Feedback("wrong", constraints=constraints)))
    found = step(ConstraintCredit(scripted, blame=0.8), ACTION)["credit"]
    assert found == (Span(3, 4, -0.2, "constraints", "verified"), Span(0, 200, -0.2, "constraints", "verified"))
    assert total(found) == pytest.approx(-0.8 * 2 / 4)
    empty = Scripted(Outcome(Feedback("wrong", constraints=(CheckedConstraint("says hello", False),))))
    assert step(ConstraintCredit(empty), "")["credit"] == ()


def test_without_constraints_nothing_is_said() -> None:
    assert step(ConstraintCredit(Scripted(Outcome(Feedback("wrong")))))["credit"] == ()


# Turns -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "values"),
    [
        (["abcd"], [0.5]),
        (["abcx", "abcx", "abxx"], [0.375, 0.0, -0.125]),
        (["xxxx", "", "abcd"], [0.0, 0.0, 0.5]),
    ],
)
def test_each_turn_gets_half_of_its_rise(answers: list[str], values: list[float]) -> None:
    env = TurnCredit(EchoEnv(max_turns=3), weight=0.5)
    for _ in range(2):  # the second episode begins afresh
        env.reset(seed=0, options={"task_id": "abcd"})
        told = [(answer, env.step(answer)[4]["credit"]) for answer in answers]
        assert [sum(span.value for span in credit) for _, credit in told] == values
        for answer, credit in told:
            assert all((span.start, span.end, span.basis) == (0, len(answer), "verified") for span in credit)


def test_a_step_back_that_leads_further_is_credited_less_though_it_earns_more() -> None:
    """What "biased" means here: the first turn's credit orders two plans otherwise than what they earn."""
    env = TurnCredit(EchoEnv(max_turns=2))

    def plan(first: str, second: str) -> tuple[float, float]:
        env.reset(seed=0, options={"task_id": "abcd"})
        credit, reward = env.step(first)[4]["credit"], env.step(second)[1]
        return sum(span.value for span in credit), float(reward)

    assert plan("abcx", "abcx") == (0.75, 0.0)
    assert plan("xxxx", "abcd") == (0.0, 1.0)


# Options ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options", "text"),
    [
        (StepCheckCredit, {"blame": 0.0}, r"blame must be in \(0, 1\], got 0.0"),
        (StepCheckCredit, {"praise": 1.5}, r"praise must be in \[0, 1\], got 1.5"),
        (ToolCallCredit, {"unused": -1}, r"unused must be in \[0, 1\], got -1"),
        (ToolCallCredit, {"failed": True}, r"failed must be in \[0, 1\], got True"),
        (ConstraintCredit, {"blame": "a"}, r"blame must be in \(0, 1\], got 'a'"),
        (TurnCredit, {"weight": 2}, r"weight must be in \(0, 1\], got 2"),
    ],
)
def test_another_amount_is_refused(kind: Any, options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        kind(Scripted(max_turns=2), **options)


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        (StepCheckCredit, "feedback.steps"),
        (ToolCallCredit, "feedback.tool_calls"),
        (ConstraintCredit, "feedback.constraints"),
        (TurnCredit, "more than one turn"),
    ],
)
def test_an_environment_that_does_not_state_the_fact_is_refused(kind: Any, fact: str) -> None:
    with pytest.raises(ValueError, match=f"{kind.__name__} needs {fact}, and "):
        kind(EchoEnv())
