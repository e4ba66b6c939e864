"""DifficultyWeightedFraction: tests that few of the group pass count most."""

from __future__ import annotations

import gymnasium as gym
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rlvr_envs
from rlvr_envs.facts import HiddenCase
from rlvr_envs.info import Info, RewardTerms
from rlvr_envs.wrappers import DifficultyWeightedFraction, parse_recipe

gym.register_envs(rlvr_envs)
TASK = {
    "task_id": "abs",
    "prompt": "Write f(x), the absolute value.",
    "entry_point": "f",
    "tests": {"visible": [], "hidden": ["assert f(0) == 0", "assert f(2) == 2", "assert f(-2) == 2"]},
}


def info_of(solved: bool, trainable: bool = True) -> Info:
    return {
        "task_id": "t",
        "trainable": trainable,
        "is_success": solved,
        "reward_terms": RewardTerms({"solved": float(solved)}),
    }


def rewards(*rows: str, weight: float = 1.0) -> list[float]:
    """Rewards of answers whose hidden cases are given as 1 and 0; an empty row is a program that was not run."""
    evidence = [[HiddenCase("solved" if mark == "1" else "wrong") for mark in row] for row in rows]
    infos = [info_of(bool(row) and "0" not in row) for row in rows]
    shaped = DifficultyWeightedFraction(weight=weight).shape(list(rows), infos, evidence)
    return [info["reward_terms"].total for info in shaped]


def test_a_test_counts_by_how_many_of_the_group_fail_it() -> None:
    # The first test is passed by all 4, the second by 2, the third by 1: d = 0, 1/2, 3/4.
    assert rewards("100", "110", "101", "110") == pytest.approx([0.0, 0.5 / 1.25, 0.75 / 1.25, 0.5 / 1.25])
    assert rewards("100", "110", "101", "110", weight=0.5) == pytest.approx([0.0, 0.2, 0.3, 0.2])


def test_a_solved_answer_keeps_its_reward() -> None:
    # Passed by 2, 3 and 1 of 4 ("111", "110", "011" and nothing): d = 1/2, 1/4, 1/2.
    assert rewards("111", "110", "011", "") == pytest.approx([1.0, 0.75 / 1.25, 0.75 / 1.25, 0.0])


def test_without_hidden_tests_or_siblings_nothing_is_added() -> None:
    assert rewards("", "") == [0.0, 0.0]
    assert rewards("10") == [0.0]
    assert rewards("11", "11") == [1.0, 1.0]


@given(st.lists(st.text("01", min_size=5, max_size=5), min_size=1, max_size=8))
def test_no_unsolved_answer_outranks_a_solved_one_and_one_that_passes_more_gets_no_less(rows: list[str]) -> None:
    found = rewards(*rows)
    for row, reward in zip(rows, found, strict=True):
        assert reward == 1.0 if row == "11111" else 0.0 <= reward < 1.0
        for other, less in zip(rows, found, strict=True):
            if all(mine >= theirs for mine, theirs in zip(row, other, strict=True)):
                assert reward >= less


def test_it_is_biased_as_shares_can_be_worth_more_than_a_rare_solution() -> None:
    # Always "1110" beside three that pass nothing: .75 each time; "1111" once in two tries: .5 on average.
    assert rewards("1110", "0000", "0000", "0000")[0] == pytest.approx(3 * 0.75 / (3 * 0.75 + 1.0))
    assert rewards("1110", "0000", "0000", "0000")[0] > (1.0 + 0.0) / 2
    assert DifficultyWeightedFraction.effect == "biased"


def test_tests_are_not_paid_for_twice() -> None:
    info = {**info_of(False), "reward_terms": RewardTerms({"solved": 0.0, "pass_fraction": 0.5})}
    with pytest.raises(ValueError, match="leave one of them out"):
        DifficultyWeightedFraction().shape(["a"], [info], [[HiddenCase("wrong")]])


def test_evidence_of_other_tasks_is_refused() -> None:
    with pytest.raises(ValueError, match="of one task's hidden tests, got 1 and 2 of them"):
        rewards("1", "10")


@pytest.mark.parametrize("weight", [0.0, 1.5, True])
def test_other_weights_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match=r"weight must be in \(0, 1\]"):
        DifficultyWeightedFraction(weight=weight)


def test_evidence_of_the_environment_is_what_it_takes() -> None:
    recipe = parse_recipe(["DifficultyWeightedFraction"])
    envs = gym.make_vec("rlvr/Code-v0", num_envs=3, tasks=[TASK], recipe=recipe)
    envs.reset(seed=0)
    actions = [f"```python\ndef f(x):\n    return {value}\n```" for value in ("x", "0", "abs(x)")]
    infos = envs.step(actions)[4]["infos"]
    evidence = [env.unwrapped.evidence for env in envs.unwrapped.envs]  # type: ignore[attr-defined]
    # f(0) is passed by 3, f(2) by 2, f(-2) by 1: d = 0, 1/3, 2/3.
    totals = [info["reward_terms"].total for info in recipe.shape_group(actions, infos, evidence)]
    envs.close()
    assert totals == pytest.approx([1 / 3, 0.0, 1.0])
