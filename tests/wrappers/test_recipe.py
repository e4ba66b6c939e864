"""Recipes: parsing, application, rebuilding from a spec."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.wrappers import WRAPPERS, LengthPenalty, PassFraction, Shaping, apply_recipe, parse_recipe, wrapper_class

gym.register_envs(rlvr_envs)

#: Options with which each wrapper can be made; a new wrapper needs a line.
OPTIONS: dict[str, dict[str, Any]] = {
    "LengthPenalty": {"free_chars": 10, "rate": 0.5, "cap": 0.25},
    "PassFraction": {"weight": 0.5},
    "RecordEpisodes": {"path": "unused.jsonl"},
    "TracebackCredit": {"blame": 0.5},
}


def test_three_ways_to_write_a_step_are_one() -> None:
    pair: Any = ("LengthPenalty", {"free_chars": 1, "rate": 0.1})
    mapping = {"name": "LengthPenalty", "free_chars": 1, "rate": 0.1}
    assert parse_recipe(["PassFraction", pair]) == [("PassFraction", {}), pair]
    assert parse_recipe([mapping]) == parse_recipe([list(pair)]) == [pair]


def test_first_is_innermost() -> None:
    env = apply_recipe(gym.make("rlvr/Echo-v0"), ["PassFraction", ("LengthPenalty", {"free_chars": 0, "rate": 0.1})])
    assert isinstance(env, LengthPenalty)
    assert isinstance(env.env, PassFraction)


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        (["PassFracton"], r"unknown wrapper 'PassFracton'; did you mean 'PassFraction'\? Known: .*, or 'module:Class'"),
        (["xyz"], r"unknown wrapper 'xyz'\. Known: LengthPenalty, "),
        ("PassFraction", "must be a list"),
        ([("PassFraction",)], r"recipe\[0\]"),
        ([{"weight": 1.0}], r"recipe\[0\]"),
        ([7], r"recipe\[0\]"),
    ],
)
def test_a_bad_recipe_says_what_is_wrong(recipe: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_recipe(recipe)


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (
            ("PassFraction", {"wieght": 0.5}),
            r"wrapper 'PassFraction' has no option 'wieght'; did you mean 'weight'\? Options: weight$",
        ),
        (("PassFraction", {"env": 1}), r"has no option 'env'\. Options: weight$"),
        (
            ("LengthPenalty", {"rate": 1.0}),
            r"wrapper 'LengthPenalty' needs the option 'free_chars'\. Options: free_chars, rate, cap$",
        ),
        (("gymnasium.wrappers:TimeLimit", {"max_episode_step": 3}), r"did you mean 'max_episode_steps'\?"),
    ],
)
def test_an_option_that_a_wrapper_lacks_or_needs_is_named(step: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        apply_recipe(gym.make("rlvr/Echo-v0"), [step])
    with pytest.raises(ValueError, match=text):
        gym.make_vec("rlvr/Echo-v0", num_envs=2, recipe=[step])


def test_a_wrapper_without_options_takes_none() -> None:
    class Plain(Shaping):
        """Changes nothing."""

    assert Plain(gym.make("rlvr/Echo-v0")).spec is not None
    with pytest.raises(ValueError, match=r"Plain has no option 'rate'"):
        Plain(gym.make("rlvr/Echo-v0"), rate=1.0)


def test_entry_points_of_others_work_and_are_checked() -> None:
    assert wrapper_class("gymnasium.wrappers:TimeLimit") is gym.wrappers.TimeLimit
    with pytest.raises(ValueError, match="cannot be loaded"):
        wrapper_class("no.such.module:Thing")
    with pytest.raises(ValueError, match=r"must name a gymnasium\.Wrapper class"):
        wrapper_class("json:dumps")


@pytest.mark.parametrize("name", WRAPPERS)
def test_spec_rebuilds_each_wrapper(name: str) -> None:
    env = apply_recipe(gym.make("rlvr/Echo-v0"), [(name, OPTIONS[name])])
    assert env.spec is not None
    again = gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    assert type(again) is type(env)
    assert again.spec == env.spec
    assert again.spec.additional_wrappers[0].kwargs == OPTIONS[name]


@pytest.mark.parametrize("name", WRAPPERS)
def test_each_wrapper_keeps_reward_and_terms_equal(name: str, tmp_path: Any) -> None:
    options = {**OPTIONS[name], **({"path": str(tmp_path / "e.jsonl")} if name == "RecordEpisodes" else {})}
    env = apply_recipe(gym.make("rlvr/Echo-v0"), ["PassFraction"] * (name != "PassFraction") + [(name, options)])
    for text in ("a", "abc" * 20, ""):
        env.reset(seed=1)
        _, reward, _, _, info = env.step(text)
        assert reward == info["reward_terms"].total
