"""The info schema: round trip, rules of its types, and the size limit."""

from __future__ import annotations

import dataclasses
import json
import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs._bounds import feedback_bytes, fit_feedback
from rlvr_envs.info import (
    MAX_INFO_BYTES,
    NO_SCORE,
    CaseResult,
    CheckedConstraint,
    CheckedStep,
    ExceptionInfo,
    Feedback,
    Frame,
    RewardTerms,
    Span,
    ToolCall,
    Verdict,
    add_credit,
    add_reward_term,
)

TEXT = st.text(st.characters(), max_size=30)


@given(TEXT, TEXT, st.lists(st.tuples(TEXT, TEXT), max_size=3))
def test_feedback_survives_json(message: str, stdout: str, pairs: list[tuple[str, str]]) -> None:
    frame = Frame(line=2, function="f", span=(3, 9), locals=tuple(pairs))
    error = ExceptionInfo("ValueError", message, (frame,))
    feedback = fit_feedback(Feedback("error", cases=(CaseResult("v0", "error", exception=error, stdout=stdout),)))
    assert Feedback.from_dict(json.loads(json.dumps(feedback.to_dict(), allow_nan=False))) == feedback


def test_an_unknown_field_is_an_error() -> None:
    with pytest.raises(ValueError, match="Feedback has no field 'verdikt'"):
        Feedback.from_dict({"verdikt": "solved"})


def test_a_flood_is_cut_in_order_of_least_loss() -> None:
    frames = tuple(Frame(line=i, function="f", source="é" * 200, locals=(("x", "🙂" * 200),) * 5) for i in range(20))
    case = CaseResult("v", "error", left="é" * 500, exception=ExceptionInfo("E", "🙂" * 1000, frames), stdout="é" * 1000)
    feedback = fit_feedback(Feedback("error", cases=(case,) * 32, stdout="x" * 5000))
    assert feedback_bytes(feedback) < MAX_INFO_BYTES - 16 * 1024
    assert feedback.truncated == ("locals", "stdout", "frames", "cases")
    assert feedback.cases[0].exception is not None
    assert feedback.cases[0].exception.frames[-1].line == 19, "the innermost frame stays"


def test_calls_steps_and_constraints_survive_json_and_are_cut_last() -> None:
    feedback = Feedback(
        "wrong",
        tool_calls=(ToolCall("search", False, (0, 3), "refused", "x" * 99),),
        steps=(CheckedStep(True, (4, 9)),),
        constraints=(CheckedConstraint("words", False, reason="too few"),),
    )
    assert Feedback.from_dict(json.loads(json.dumps(feedback.to_dict()))) == fit_feedback(feedback) == feedback
    flood = dataclasses.replace(
        feedback,
        tool_calls=(ToolCall("🙂" * 999, True, arguments="🙂" * 999, result="🙂" * 999),) * 999,
        steps=(CheckedStep(False, reason="🙂" * 999),) * 999,
        constraints=(CheckedConstraint("🙂" * 999, True, reason="🙂" * 999),) * 999,
    )
    fitted = fit_feedback(flood)
    assert feedback_bytes(fitted) < MAX_INFO_BYTES - 16 * 1024
    assert fitted.truncated == ("items",)


def test_small_feedback_is_left_alone() -> None:
    feedback = Feedback("wrong", cases=(CaseResult("v", "wrong", left="3", right="4"),))
    assert fit_feedback(feedback) is feedback


def test_reward_terms_sum_exactly_and_refuse_a_second_of_a_name() -> None:
    terms = RewardTerms({"a": 0.1}).plus("b", 0.2).plus("c", -0.3)
    assert terms.total == math.fsum([0.1, 0.2, -0.3])
    assert list(terms) == ["a", "b", "c"]
    with pytest.raises(ValueError, match="'a' exists already"):
        terms.plus("a", 1.0)
    with pytest.raises(ValueError, match="must be finite"):
        terms.plus("d", math.inf)


def test_adding_to_an_info_leaves_the_old_one_alone() -> None:
    info = {"reward_terms": RewardTerms({"solved": 1.0}), "credit": ()}
    longer = add_credit(add_reward_term(info, "x", 0.5), [Span(0, 3, -1.0, "test", "claimed")])
    assert (info["reward_terms"].total, info["credit"]) == (1.0, ())
    assert longer["reward_terms"].total == 1.5
    assert longer["credit"][0].end == 3


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ((3, 3, 0.0, "s", "claimed"), "0 <= start < end"),
        ((-1, 3, 0.0, "s", "claimed"), "0 <= start < end"),
        ((0, 3, 1.5, "s", "claimed"), r"in \[-1, 1\]"),
        ((0, 3, math.nan, "s", "claimed"), r"in \[-1, 1\]"),
        ((0, 3, 0.0, "s", "guessed"), "'verified' or 'claimed'"),
    ],
)
def test_a_span_that_nobody_can_use_is_refused(arguments: tuple[object, ...], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        Span(*arguments)  # type: ignore[arg-type]


def test_no_score_is_nan_in_sums_and_equal_to_itself() -> None:
    assert math.isnan(NO_SCORE + 1.0)
    assert NO_SCORE == NO_SCORE  # noqa: PLR0124 - the property under test
    assert NO_SCORE != 0.5
    assert math.isnan(pickle.loads(pickle.dumps(NO_SCORE)))


def test_measured_times_do_not_make_feedback_differ() -> None:
    assert CaseResult("v", "solved", wall_s=0.1) == CaseResult("v", "solved", wall_s=0.2)


def test_verdict_is_a_closed_list_and_says_what_may_be_trained_on() -> None:
    assert [v.value for v in Verdict if not v.trainable] == ["unscored", "infra_error"]
    assert Verdict("solved") == "solved"
    assert len(Verdict) == 12
