"""Shapers of groups: what the base guarantees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.facts import Fact, HiddenCase
from rlvr_envs.info import Info, RewardTerms, Span
from rlvr_envs.wrappers import GroupShaping, Recipe, parse_recipe
from rlvr_envs.wrappers.group import Group
from rlvr_envs.wrappers.recipe import Step

ACTIONS = ["abcd", "abxx", "xxxx"]


class Rank(GroupShaping):
    """Pays the share of siblings that are worse, and praises the first character of the best answer."""

    term = "rank"

    def group_terms(self, group: Group) -> Sequence[float | None]:
        return [sum(other["score"] < info["score"] for other in group.infos) / len(group) for info in group.infos]

    def group_spans(self, group: Group) -> Sequence[Iterable[Span]]:
        best = max(info["score"] for info in group.infos)
        return [[Span(0, 1, 1.0, "rank", "verified")] if info["score"] == best else [] for info in group.infos]


class Rare(GroupShaping):
    """Pays the number of hidden cases that passed."""

    term = "rare"
    needs = (Fact.EVIDENCE,)

    def group_terms(self, group: Group) -> Sequence[float | None]:
        return [float(sum(case.passed for case in cases)) for cases in group.evidence]


def infos_of(actions: Sequence[str]) -> list[Info]:
    found = []
    for action in actions:
        env = EchoEnv()
        env.reset(seed=0, options={"task_id": "abcd"})
        found.append(env.step(action)[4])
    return found


def test_a_group_gets_terms_and_spans_and_answers_that_may_not_be_trained_on_take_no_part() -> None:
    infos = infos_of([*ACTIONS, "abcd"])
    infos[3]["trainable"] = False
    shaped = Rank().shape([*ACTIONS, "abcd"], infos)
    assert [info["reward_terms"].get("rank") for info in shaped] == [2 / 3, 1 / 3, 0.0, None]
    assert [len(info["credit"]) for info in shaped] == [1, 0, 0, 0]
    assert infos[0]["reward_terms"] == RewardTerms({"solved": 1.0})  # what was given stays as it was


def test_a_group_of_several_tasks_or_of_other_lengths_is_refused() -> None:
    infos = infos_of(ACTIONS)
    with pytest.raises(ValueError, match="must have as many infos as actions, got 3 and 2"):
        Rank().shape(ACTIONS[:2], infos)
    infos[1]["task_id"] = "other"
    with pytest.raises(ValueError, match="must be answers to one task, got 'abcd' and 'other'"):
        Rank().shape(ACTIONS, infos)


def test_a_recipe_leaves_shapers_of_groups_to_whoever_has_the_group() -> None:
    recipe = parse_recipe(["PassFraction", "tests.wrappers.test_group:Rank"])
    env = recipe.wrap(EchoEnv())
    infos = []
    for action in ACTIONS:
        env.reset(seed=0, options={"task_id": "abcd"})
        infos.append(env.step(action)[4])
    totals = [info["reward_terms"].total for info in recipe.shape_group(ACTIONS, infos)]
    assert totals == pytest.approx([1 + 2 / 3, 0.5 + 1 / 3, 0.0])
    assert recipe == Recipe((Step("PassFraction"), Step("tests.wrappers.test_group:Rank")))


def test_evidence_goes_with_its_answer_to_shapers_that_need_it_and_is_asked_for() -> None:
    infos = infos_of(ACTIONS)
    infos[0]["trainable"] = False
    passed, failed = HiddenCase("solved"), HiddenCase("wrong")
    evidence = [(passed, passed, passed), (passed, failed, passed), (failed, failed, failed)]
    recipe = parse_recipe(["tests.wrappers.test_group:Rare"])
    shaped = recipe.shape_group(ACTIONS, infos, evidence)
    assert [info["reward_terms"].get("rare") for info in shaped] == [None, 2.0, 0.0]
    with pytest.raises(ValueError, match=r"Rare needs the evidence of each answer; pass env\.unwrapped\.evidence"):
        recipe.shape_group(ACTIONS, infos)
    with pytest.raises(ValueError, match="as much evidence as actions, got 2 and 3"):
        recipe.shape_group(ACTIONS, infos, evidence[:2])


def test_a_recipe_says_whether_it_shapes_groups() -> None:
    assert parse_recipe(["PassFraction", "tests.wrappers.test_group:Rank"]).shapes_groups
    assert not parse_recipe("dense+credit").shapes_groups
