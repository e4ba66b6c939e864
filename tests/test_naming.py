"""Errors about names that are not known, and the check of options by name."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import pytest

from rlvr_envs._naming import check_option_names, did_you_mean, unknown
from rlvr_envs.envs.echo import EchoEnv


def test_the_nearest_name_is_told_and_none_where_none_is_near() -> None:
    assert unknown("backend", "bwarp", ("auto", "bwrap")) == "unknown backend 'bwarp'; did you mean 'bwrap'? Known: auto, bwrap"
    assert unknown("backend", 7, ("auto", "bwrap")) == "unknown backend 7. Known: auto, bwrap"
    assert did_you_mean("zzz", ()) == ""


def takes(self: object, first: int = 1, *, second: int) -> None:
    """Has one option with a default and one without."""


def takes_all(self: object, *, known: int, **others: Any) -> None:
    """Takes any option."""


def test_options_are_checked_by_name_alone() -> None:
    check_option_names("it", takes, ("second", "first"), skip=1)
    check_option_names("it", takes, (), skip=1)
    check_option_names("it", takes_all, ("any",), skip=1)
    with pytest.raises(ValueError, match=r"^it has no option 'secnd'; did you mean 'second'\? Options: first, second$"):
        check_option_names("it", takes, ("first", "secnd"), skip=1)
    with pytest.raises(ValueError, match=r"^it has no option 'self'\. Options: first, second$"):
        check_option_names("it", takes, ("self",), skip=1)
    with pytest.raises(ValueError, match=r"^it has no option 'x'\. It has no options$"):
        check_option_names("it", lambda self: None, ("x",), skip=1)


def test_missing_options_are_named_where_all_must_be_given() -> None:
    check_option_names("it", takes, ("second",), skip=1, complete=True)
    for make in (takes, takes_all):
        with pytest.raises(ValueError, match=r"^it needs the option '(second|known)'\. Options: "):
            check_option_names("it", make, ("first",) if make is takes else (), skip=1, complete=True)


def test_options_of_gym_make_and_make_vec_are_recognised() -> None:
    with pytest.raises(ValueError, match=r"did you mean 'max_episode_steps' of gym\.make\? Options: length"):
        gym.make("rlvr/Echo-v0", max_episode_step=3)
    with pytest.raises(ValueError, match=r"has no option 'num_env'; did you mean 'num_envs' of gym\.make_vec\?"):
        gym.make("rlvr/Echo-v0", num_env=3)


class Twice(EchoEnv):
    """Registered under two ids in a test."""


def test_an_environment_of_another_package_is_named_by_its_id_or_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gym.envs.registration, "registry", dict(gym.registry))
    monkeypatch.setattr(gym, "registry", gym.envs.registration.registry)
    with pytest.raises(ValueError, match=r"^Twice has no option 'lenght'; did you mean 'length'"):
        Twice(lenght=3)  # type: ignore[call-arg]
    gym.register("me/Once-v0", entry_point=Twice)
    with pytest.raises(ValueError, match=r"^me/Once-v0 has no option 'lenght'"):
        gym.make("me/Once-v0", lenght=3)
    gym.register("me/Again-v0", entry_point=f"{Twice.__module__}:Twice")
    with pytest.raises(ValueError, match=r"^Twice has no option 'lenght'"):
        gym.make("me/Once-v0", lenght=3)
