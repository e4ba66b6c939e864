"""NoveltyBonus: solved answers that are like no other get a little more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.info import CaseResult, Feedback, Info, RewardTerms
from rlvr_envs.wrappers import NoveltyBonus

LOOP = "def f(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total"
SAME = "def f(items):\n    # sums\n    s = 0\n    for i in items:\n        s = i + s\n    return s"
BUILT_IN = "def f(xs):\n    return sum(xs)"
OTHER = "def f(xs):\n    return xs[0] + f(xs[1:]) if xs else 0"


def info_of(action: str, solved: bool = True, left: str = "3") -> Info:
    cases = (CaseResult("visible[0]", "solved" if solved else "wrong", left=left),)
    return {
        "task_id": "t",
        "trainable": True,
        "is_success": solved,
        "feedback": Feedback("solved" if solved else "wrong", cases=cases, code_span=(0, len(action)) if action else (-1, -1)),
        "reward_terms": RewardTerms({"solved": float(solved)}),
    }


def bonuses(actions: list[str], infos: list[Info] | None = None, bonus: float = 0.2) -> list[float]:
    shaped = NoveltyBonus(bonus=bonus).shape(actions, infos or [info_of(action) for action in actions])
    return [info["reward_terms"]["novelty"] for info in shaped]


def test_the_bonus_is_the_share_of_siblings_that_solve_it_in_another_way() -> None:
    assert bonuses([LOOP, SAME, BUILT_IN, OTHER]) == pytest.approx([0.2 * 2 / 3, 0.2 * 2 / 3, 0.2, 0.2])


def test_names_comments_and_operands_make_no_new_class() -> None:
    assert bonuses([LOOP, SAME, LOOP.replace("x ", "y ").replace("+= x", "+= y")]) == [0.0, 0.0, 0.0]


def test_one_solution_alone_gets_nothing() -> None:
    assert bonuses([LOOP]) == [0.0]
    assert bonuses([LOOP, BUILT_IN], [info_of(LOOP), info_of(BUILT_IN, False)]) == [0.0, 0.0]


def test_a_wrong_answer_gets_nothing_and_is_no_sibling() -> None:
    actions = [LOOP, BUILT_IN, OTHER, "def f(xs): return 7"]
    infos = [info_of(LOOP), info_of(BUILT_IN), info_of(OTHER, False), info_of(actions[3], False)]
    assert bonuses(actions, infos) == [0.2, 0.2, 0.0, 0.0]


def test_other_values_for_a_visible_test_make_a_class_of_their_own() -> None:
    assert bonuses([LOOP, LOOP, LOOP], [info_of(LOOP), info_of(LOOP), info_of(LOOP, left="4")]) == pytest.approx([0.1, 0.1, 0.2])


def test_solved_answers_that_are_no_python_are_compared_as_text() -> None:
    assert bonuses(["abc", " abc\n", "abd"], [info_of("")] * 3) == pytest.approx([0.1, 0.1, 0.2])


_ANSWERS = st.lists(st.tuples(st.sampled_from([LOOP, SAME, BUILT_IN, OTHER, "x = (", ""]), st.booleans()), max_size=8)


@given(_ANSWERS, st.floats(0.01, 0.99))
def test_no_wrong_answer_gains_on_a_right_one_and_no_bonus_is_worth_a_solution(
    answers: list[tuple[str, bool]], bonus: float
) -> None:
    found = bonuses([action for action, _ in answers], [info_of(*answer) for answer in answers], bonus) if answers else []
    for (_, solved), value in zip(answers, found, strict=True):
        assert 0.0 <= value <= bonus < 1.0
        assert solved or value == 0.0


def test_it_is_biased_as_variety_can_make_up_for_a_few_solutions() -> None:
    always = [1.0 + value for value in bonuses([LOOP] * 10, bonus=0.5)]
    infos = [info_of(action, i > 0) for i, action in enumerate([LOOP, BUILT_IN] * 5)]
    varied = [info["reward_terms"].total for info in NoveltyBonus(bonus=0.5).shape([LOOP, BUILT_IN] * 5, infos)]
    assert sum(varied) > sum(always)  # 9 solutions of two kinds against 10 of one
    assert NoveltyBonus.effect == "biased"


@pytest.mark.parametrize("bonus", [0.0, 1.0, -0.1, "much"])
def test_other_bonuses_are_refused(bonus: float) -> None:
    with pytest.raises(ValueError, match=r"bonus must be in \(0, 1\)"):
        NoveltyBonus(bonus=bonus)
