"""SiblingContrast: blame and praise where a failing program differs from the nearest passing one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr_envs.info import Feedback, Info, RewardTerms
from rlvr_envs.parsing.code import find_code
from rlvr_envs.wrappers import SiblingContrast

RIGHT = "def f(items):\n    total = 0\n    for item in items:\n        total += item * 2\n    return total"
RENAMED = "Here:\n```python\ndef f(xs):\n    t = 0\n    for é in xs:\n        t = t + 2 * é\n    return t\n```"
FAR = "def f(items):\n    return 2 * sum(items)"
WRONG = RIGHT.replace("* 2", "* 3")
BROKEN = "```python\ndef f(:\n```"


def info_of(action: str, solved: bool, *, trainable: bool = True) -> Info:
    block = find_code(action)
    span = (-1, -1) if block is None else (block.start, block.end)
    return {
        "task_id": "t",
        "trainable": trainable,
        "is_success": solved,
        "feedback": Feedback("solved" if solved else "wrong", code_span=span),
        "reward_terms": RewardTerms({"solved": float(solved)}),
        "credit": (),
    }


def shaped(*answers: tuple[str, bool], **options: Any) -> list[list[tuple[str, float]]]:
    """The marked text and value of each span, for each answer."""
    actions = [action for action, _ in answers]
    infos = SiblingContrast(**options).shape(actions, [info_of(*answer) for answer in answers])
    return [[(a[s.start : s.end], s.value) for s in info["credit"]] for a, info in zip(actions, infos, strict=True)]


def test_both_sides_of_the_difference_are_marked_whatever_names_and_layout_are() -> None:
    found = shaped((WRONG, False), (RENAMED, True))
    assert found == [[("total += item * 3", -1.0)], [("t = t + 2 * é", 1.0)]]


def test_the_nearest_passing_program_is_the_one_that_counts() -> None:
    found = shaped((WRONG, False), (FAR, True), (RENAMED, True), (RIGHT, True))
    # RENAMED and RIGHT are equally near; the first of them is taken.
    assert [len(spans) for spans in found] == [1, 0, 1, 0]


def test_spans_of_an_answer_sum_to_the_amount_and_strong_differences_take_the_most() -> None:
    wrong = "def f(items):\n    total = 1\n    seen = []\n    for item in items:\n        total += item * 3\n    return total"
    (mine, theirs) = shaped((wrong, False), (RIGHT, True), blame=0.5, praise=0.25)
    assert sum(value for _, value in mine) == pytest.approx(-0.5, abs=1e-12)
    assert sum(value for _, value in theirs) == pytest.approx(0.25, abs=1e-12)
    assert mine[0][0] == "total += item * 3"
    assert [text for text, _ in shaped((wrong, False), (RIGHT, True), places=1)[0]] == ["total += item * 3"]


def test_two_differences_share_by_the_fourth_power_of_their_weights() -> None:
    # `total = 1` has 2 of 3 terms in common with `total = 0` from the top down (weight .15 + .85 * 2 / 3), and
    # `total += item * 3` has 4 of 5 with its counterpart: update, total, times and item (weight .15 + .85 * 4 / 5).
    wrong = WRONG.replace("total = 0", "total = 1")
    (mine, _) = shaped((wrong, False), (RIGHT, True))
    first, second = 0.15 + 0.85 * 4 / 5, 0.15 + 0.85 * 2 / 3
    share = first**4 / (first**4 + second**4)
    assert [text for text, _ in mine] == ["total += item * 3", "total = 1"]
    assert [value for _, value in mine] == pytest.approx([-share, share - 1.0])


@pytest.mark.parametrize(
    "answers",
    [
        [(RIGHT, True), (FAR, True)],
        [(WRONG, False), (FAR, False)],
        [(BROKEN, False), (RIGHT, True)],
        [("no program at all", False), (RIGHT, True)],
        [(WRONG, False), (BROKEN, True)],
        [(RIGHT, False), (RENAMED, True)],  # a verdict that the texts do not explain
        [("x = " + "-" * 5000 + "1", False), (RIGHT, True)],
        [],
    ],
)
def test_without_a_difference_that_can_be_named_there_is_no_span(answers: Sequence[tuple[str, bool]]) -> None:
    assert shaped(*answers) == [[]] * len(answers)


def test_an_answer_that_may_not_be_trained_on_is_no_sibling() -> None:
    actions = [WRONG, RIGHT]
    infos = [info_of(WRONG, False), info_of(RIGHT, True, trainable=False)]
    assert [info["credit"] for info in SiblingContrast().shape(actions, infos)] == [(), ()]


def test_blame_or_praise_can_be_left_out() -> None:
    assert [len(spans) for spans in shaped((WRONG, False), (RIGHT, True), praise=0.0)] == [1, 0]
    assert [len(spans) for spans in shaped((WRONG, False), (RIGHT, True), blame=0.0)] == [0, 1]


def test_it_is_biased_as_the_same_mistake_weighs_more_beside_a_passing_answer() -> None:
    alone, beside = shaped((WRONG, False), (WRONG, False)), shaped((WRONG, False), (RIGHT, True))
    assert (sum(value for _, value in alone[0]), sum(value for _, value in beside[0])) == (0.0, -1.0)
    assert SiblingContrast.effect == "biased"


_LINES = st.sampled_from(
    [
        "a = 1",
        "b = a",
        "if a:",
        "    b = 2",
        "for i in b:",
        "    a += i",
        "return a",
        "def f(a):",
        "    pass",
        "é = 'é'",
        "x",
        ")",
        "\t",
        "",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.lists(_LINES, max_size=8).map("\n".join), st.booleans()), max_size=5))
def test_sums_are_fixed_by_the_verdict_for_any_programs(answers: list[tuple[str, bool]]) -> None:
    for (_, solved), spans in zip(answers, shaped(*answers), strict=True):
        total = sum(value for _, value in spans)
        assert total == pytest.approx(0.0 if not spans else 1.0 if solved else -1.0)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"blame": 1.5}, r"blame must be in \[0, 1\], got 1.5"),
        ({"praise": "much"}, r"praise must be in \[0, 1\], got 'much'"),
        ({"blame": 0, "praise": 0}, "blame or praise must be above 0"),
        ({"places": 0}, "places must be an int of at least 1, got 0"),
    ],
)
def test_values_outside_their_ranges_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        SiblingContrast(**options)
