"""Improvement: turns pay what they add to the best score."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.wrappers import Improvement
from tests.wrappers.scripted import Scripted, outcome, rewards


def test_only_a_rise_over_the_best_score_pays() -> None:
    env = Improvement(Scripted(*(outcome("wrong", score) for score in (0.25, 0.0, 0.5, 0.75))), weight=0.5)
    for _ in range(2):  # the second episode begins afresh
        assert rewards(env, *"xxxx") == [0.125, 0.0, 0.125, 0.125]


@pytest.mark.parametrize("scores", list(itertools.product((0.0, 0.25, 0.75), repeat=2)))
def test_no_way_to_a_solution_earns_more_than_another(scores: tuple[float, ...]) -> None:
    turns = [*(outcome("wrong", score) for score in scores), outcome("solved", 1.0)]
    assert sum(rewards(Improvement(Scripted(*turns), weight=0.5), *"xxx")) == 1.5
    assert sum(rewards(Improvement(Scripted(*turns[:2]), weight=0.5), *"xx")) < 0.5


def test_one_turn_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"Improvement needs more than one turn, .* make it with max_turns=2 or more"):
        Improvement(EchoEnv())


@pytest.mark.parametrize("weight", [0.0, 1.5, "a"])
def test_other_weights_are_refused(weight: Any) -> None:
    with pytest.raises(ValueError, match=r"weight must be in \(0, 1\]"):
        Improvement(EchoEnv(max_turns=2), weight=weight)
