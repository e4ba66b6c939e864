"""Recipes: parsing, application, rebuilding from a spec."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
import tests.wrappers.known  # noqa: F401 - registers KNOWN
from rlvr_envs.wrappers import (
    PRESETS,
    WRAPPERS,
    LengthPenalty,
    PassFraction,
    Recipe,
    Shaping,
    known_wrappers,
    parse_recipe,
    registry,
    wrapper_class,
)
from rlvr_envs.wrappers.base import Traits
from tests.wrappers.options import OPTIONS

gym.register_envs(rlvr_envs)
KNOWN = "rlvr-tests/Known-v0"
#: Wrappers of one environment; the others shape groups.
OF_ONE = [name for name in WRAPPERS if issubclass(wrapper_class(name), gym.Wrapper)]


def test_three_ways_to_write_a_step_are_one() -> None:
    pair: Any = ("LengthPenalty", {"free_chars": 1, "rate": 0.1})
    mapping = {"name": "LengthPenalty", "free_chars": 1, "rate": 0.1}
    plain = [{"name": "PassFraction"}, mapping]
    assert parse_recipe(["PassFraction", pair]).to_plain() == plain
    assert parse_recipe([mapping]) == parse_recipe([list(pair)]) == parse_recipe([pair])


def test_first_is_innermost() -> None:
    env = parse_recipe(["PassFraction", ("LengthPenalty", {"free_chars": 0, "rate": 0.1})]).wrap(gym.make(KNOWN))
    assert isinstance(env, LengthPenalty)
    assert isinstance(env.env, PassFraction)


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        (["PassFracton"], r"unknown wrapper 'PassFracton'; did you mean 'PassFraction'\? Known: .*, or 'module:Class'"),
        (["xyz"], r"unknown wrapper 'xyz'\. Known: .*LengthPenalty, "),
        ("PassFraction", r"recipe: unknown preset"),
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
        parse_recipe([step]).wrap(gym.make(KNOWN))
    with pytest.raises(ValueError, match=text):
        gym.make_vec(KNOWN, num_envs=2, recipe=[step])


def test_a_wrapper_without_options_takes_none() -> None:
    class Plain(Shaping):
        """Changes nothing."""

    assert Plain(gym.make(KNOWN)).spec is not None
    with pytest.raises(ValueError, match=r"Plain has no option 'rate'"):
        Plain(gym.make(KNOWN), rate=1.0)


def test_entry_points_of_others_work_and_are_checked() -> None:
    assert wrapper_class("gymnasium.wrappers:TimeLimit") is gym.wrappers.TimeLimit
    with pytest.raises(ValueError, match="cannot be loaded"):
        wrapper_class("no.such.module:Thing")
    with pytest.raises(ValueError, match=r"must name a gymnasium\.Wrapper or a GroupShaping class"):
        wrapper_class("json:dumps")


@pytest.mark.parametrize("name", OF_ONE)
def test_spec_rebuilds_each_wrapper(name: str) -> None:
    env = parse_recipe([(name, OPTIONS[name])]).wrap(gym.make(KNOWN))
    assert env.spec is not None
    again = gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    assert type(again) is type(env)
    assert again.spec == env.spec
    assert again.spec.additional_wrappers[0].kwargs == OPTIONS[name]


@pytest.mark.parametrize("name", OF_ONE)
def test_each_wrapper_keeps_reward_and_terms_equal(name: str, tmp_path: Any) -> None:
    options = {**OPTIONS[name], **({"path": str(tmp_path / "e.jsonl")} if name == "RecordEpisodes" else {})}
    env = parse_recipe(["PassFraction"] * (name != "PassFraction") + [(name, options)]).wrap(gym.make(KNOWN))
    for text in ("a", "abc" * 20, ""):
        env.reset(seed=1)
        _, reward, _, _, info = env.step(text)
        assert reward == info["reward_terms"].total


@pytest.mark.parametrize("name", WRAPPERS)
def test_each_wrapper_says_what_it_is(name: str) -> None:
    kind = wrapper_class(name)
    assert issubclass(kind, Traits)
    assert kind.__module__.split(".")[-2] == kind.kind
    assert kind.effect in ("unchanged", "re-weighted", "biased")
    assert (kind.basis is not None) == (kind.kind == "credit")
    assert name in OPTIONS


def test_a_recipe_is_printable_hashable_and_the_same_in_every_process() -> None:
    recipe = parse_recipe(["PassFraction", ("LengthPenalty", {"free_chars": 1, "rate": 0.5})])
    assert str(recipe) == "PassFraction()\nLengthPenalty(free_chars=1, rate=0.5)"
    assert str(parse_recipe([])) == "(no wrapper)"
    assert hash(recipe) == hash(parse_recipe(recipe.to_plain()))
    # sha256 of the JSON of to_plain() with sorted keys
    assert recipe.digest == "e463733cd8732368"


def test_presets_and_files_are_recipes(tmp_path: Path) -> None:
    assert parse_recipe("outcome") == Recipe()
    assert parse_recipe("dense").to_plain() == [{"name": "PassFraction"}]
    for name, text in (("mine.yaml", "- PassFraction\n- {name: LengthPenalty, free_chars: 3, rate: 0.5}\n"), ("mine.json", "[]")):
        (tmp_path / name).write_text(text)
    assert len(parse_recipe(str(tmp_path / "mine.yaml"))) == 2
    assert parse_recipe(tmp_path / "mine.json") == Recipe()
    (tmp_path / "bad.yaml").write_text("a: 1\n")
    with pytest.raises(ValueError, match=r"bad\.yaml: must hold a list of wrappers, got dict"):
        parse_recipe(tmp_path / "bad.yaml")
    with pytest.raises(ValueError, match=r"unknown preset 'dens'; did you mean 'dense'\?"):
        parse_recipe("dens")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_fits_an_environment_that_states_all_facts(name: str) -> None:
    env = parse_recipe(name).wrap(gym.make(KNOWN))
    env.reset(seed=0)
    _, reward, _, _, info = env.step("x")
    assert reward == info["reward_terms"].total


def test_gym_make_takes_a_recipe_and_its_spec_rebuilds_it() -> None:
    env = gym.make("rlvr/Echo-v0", recipe=["PassFraction"], length=4)
    assert isinstance(env, PassFraction) or isinstance(env.env, PassFraction)
    assert env.spec is not None
    again = gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    assert str(again) == str(env)
    assert again.spec == env.spec
    with pytest.raises(ValueError, match=r"rlvr/Echo-v0 has no option 'recipee'; did you mean 'recipe' of gym\.make\?"):
        gym.make("rlvr/Echo-v0", recipee=[])


def test_a_wrapper_refuses_an_environment_that_does_not_state_what_it_needs() -> None:
    text = r"TracebackCredit needs feedback\.cases\[\]\.exception, and rlvr/Echo-v0 as it was made does not state it; leave"
    with pytest.raises(ValueError, match=text):
        gym.make("rlvr/Echo-v0", recipe=["TracebackCredit"])


def test_wrappers_of_other_distributions_are_known_by_their_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [EntryPoint("TheirTimeLimit", "gymnasium.wrappers:TimeLimit", "rlvr.wrappers")]
    points += [EntryPoint("PassFraction", "json:dumps", "rlvr.wrappers")]  # a name of ours stays ours
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    known_wrappers.cache_clear()
    try:
        assert wrapper_class("TheirTimeLimit") is gym.wrappers.TimeLimit
        assert wrapper_class("PassFraction") is PassFraction
    finally:
        known_wrappers.cache_clear()
