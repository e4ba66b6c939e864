"""Values of a wrong type or outside their range: each option says its name, its rule and the value."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.wrappers import parse_recipe

gym.register_envs(rlvr_envs)

CODE, CANARIES, ECHO = "rlvr/Code-v0", "rlvr/CodeImpossible-v0", "rlvr/Echo-v0"


@pytest.mark.parametrize(
    ("env_id", "options", "message"),
    [
        (CODE, {"difficulty": "a"}, "difficulty must be None or in [0, 1], got 'a'"),
        (CODE, {"difficulty": True}, "difficulty must be None or in [0, 1], got True"),
        (CODE, {"difficulty": 1.5}, "difficulty must be None or in [0, 1], got 1.5"),
        (CODE, {"difficulty": float("nan")}, "difficulty must be None or in [0, 1], got nan"),
        (CODE, {"max_turns": "2"}, "max_turns must be an int of at least 1, got '2'"),
        (CODE, {"split": "tets"}, "split must be one of train, test, transfer, all, got 'tets' (did you mean 'test'?)"),
        (CODE, {"tasks": []}, "tasks must hold at least one task, got none"),
        (CODE, {"packages": 3}, "packages must be a sequence of names such as ('numpy',), got 3"),
        (CODE, {"backend": None}, "unknown backend None. Known: auto, bwrap"),
        (CODE, {"trace": True}, "trace must be None or 'lines', got True"),
        (CANARIES, {"kinds": "one-off"}, "kinds must be a list that names at least one of one-off, conflicting, got 'one-off'"),
        (CANARIES, {"kinds": 3}, "kinds must be a list that names at least one of one-off, conflicting, got 3"),
        (CANARIES, {"kinds": ["oneoff"]}, "kinds must be among one-off, conflicting, got 'oneoff' (did you mean 'one-off'?)"),
        (CANARIES, {"share": "a"}, "share must be in (0, 1], got 'a'"),
        (ECHO, {"length": 1.5}, "length must be an int of at least 1, got 1.5"),
        (ECHO, {"alphabet": 3}, "alphabet must be text that is not empty, got 3"),
    ],
)
def test_an_option_of_an_environment_says_its_rule(env_id: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        gym.make(env_id, **options)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (("PassFraction", {"weight": "a"}), "weight must be in (0, 1], got 'a'"),
        (("TracebackCredit", {"blame": None}), "blame must be in (0, 1], got None"),
        (("LengthPenalty", {"free_chars": "a", "rate": 1}), "free_chars must be a number of 0 or more, got 'a'"),
        (("LengthPenalty", {"free_chars": 1, "rate": -1}), "rate must be a number of 0 or more, got -1"),
        (("LengthPenalty", {"free_chars": 1, "rate": float("nan")}), "rate must be a number of 0 or more, got nan"),
        (("LengthPenalty", {"free_chars": 1, "rate": 1, "cap": True}), "cap must be in [0, 1), got True"),
    ],
)
def test_an_option_of_a_wrapper_says_its_rule(step: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        parse_recipe([step]).wrap(gym.make(ECHO))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_envs": "2"}, "num_envs must be an int of at least 1, got '2'"),
        ({"num_envs": 0}, "num_envs must be an int of at least 1, got 0"),
        ({"num_envs": 2, "recipe": 3}, "a recipe must be a list of wrappers, the name of a preset or the path of a file, got 3"),
    ],
)
def test_an_option_of_the_vector_environment_says_its_rule(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        gym.make_vec(ECHO, **options)
    assert str(caught.value) == message


def test_options_of_reset_say_their_rule() -> None:
    env = gym.make(CODE)
    with pytest.raises(TypeError, match=r"^options must be a dict or None, got 3$"):
        env.reset(options=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^options\['task_id'\] must be text, got 3$"):
        env.reset(options={"task_id": 3})
    with pytest.raises(ValueError, match=r"must be an id of GeneratedSource\(split='train'\), such as 'generated/.*', got 'x'$"):
        env.reset(options={"task_id": "x"})
