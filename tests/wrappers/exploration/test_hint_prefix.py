"""HintPrefix: where references are cut, how hints shrink, and what is measured."""

from __future__ import annotations

import ast
import json
from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.info import add_prefill
from rlvr_envs.wrappers import AdaptiveDifficulty, HintPrefix
from rlvr_envs.wrappers.exploration.hint_prefix import cut_points
from rlvr_envs.wrappers.progress import progress_of, restore_progress
from tests.wrappers.known import KnownEnv

gym.register_envs(rlvr_envs)

REFERENCE = """\
import math

@decorated
def f(xs):
    '''Says ä.
    Two lines.'''
    total = 0; seen = ()
    for x in xs:
        if x > 0:
            total += x
        else:
            total -= x
    text = '''a
  b'''; total += 0
    return total
"""
TASK: dict[str, Any] = {
    "task_id": "absolute",
    "prompt": "Write `f(xs)`.",
    "entry_point": "f",
    "reference": "def f(xs):\n    total = 0\n    for x in xs:\n        total += abs(x)\n    return total\n",
    "tests": {"visible": [{"args": [[1]], "expected": 1}], "hidden": [{"args": [[2, -3]], "expected": 5}]},
}
FENCE = "```python\n"


def lines_at(points: list[int]) -> list[int]:
    return [REFERENCE[:point].count("\n") + 1 for point in points]


def test_cuts_are_before_statements_that_begin_their_line() -> None:
    # Line 14 begins inside a text, and line 1 is the beginning.
    assert lines_at(cut_points(REFERENCE, "statement")) == [3, 5, 7, 8, 9, 10, 12, 13, 15]
    # The for (8), its body (9: the if), the if's body (10) and its else's (12).
    assert lines_at(cut_points(REFERENCE, "conditional")) == [8, 9, 10, 12]


def test_what_was_cut_can_be_completed_to_the_reference() -> None:
    for point in cut_points(REFERENCE, "statement"):
        assert REFERENCE[:point].endswith("\n")
        assert ast.unparse(ast.parse(REFERENCE[:point] + REFERENCE[point:])) == ast.unparse(ast.parse(REFERENCE))


@pytest.mark.parametrize("program", ["", "x = 1", "not python (", "x" * 300_000, "if 1: y = 2"])
def test_programs_without_a_place_have_no_cut(program: str) -> None:
    assert cut_points(program, "statement") == []


def test_lines_end_where_python_ends_them() -> None:
    assert cut_points("a = '\x0c\u2028'\r\nb = 2\r\n", "statement") == [10]


def hinted(**options: Any) -> HintPrefix:
    return HintPrefix(gym.make("rlvr/Code-v0", tasks=[TASK]), **options)


def test_hints_shrink_as_the_task_is_solved_without_them() -> None:
    env = hinted(rate=1.0, target=0.5)
    points = cut_points(TASK["reference"], "statement")
    assert len(points) == 4
    shares = []
    for solved in (False, False, False, True, True, True):
        prefill = env.reset(seed=0)[1]["prefill"]
        shares.append(prefill)
        env.rates.add("absolute", solved)
    # Rates before each reset: none, 0, 0, 0, 1/4, 2/5; shares 1 - p / .5: 1, 1, 1, 1, 1/2, 1/5; of 4 points: 4, 4, 4, 4, 2, 0.
    whole, half = (FENCE + TASK["reference"][: points[k]] for k in (3, 1))
    assert shares == [whole, whole, whole, whole, half, ""]
    assert whole == FENCE + "def f(xs):\n    total = 0\n    for x in xs:\n        total += abs(x)\n"
    assert half == FENCE + "def f(xs):\n    total = 0\n"
    assert env.share("absolute") == 0.0  # 3 of 6


def test_the_action_is_prefill_and_text_and_hinted_episodes_are_not_measured() -> None:
    env = hinted(rate=1.0)
    _, info = env.reset(seed=0)
    assert env.step(info["prefill"] + "    return total\n```")[1] == 1.0
    assert env.rates.counts() == (0.0, 0.0)
    never = hinted(rate=1e-9)
    _, info = never.reset(seed=0)
    assert info["prefill"] == ""
    never.step(f"{FENCE}{TASK['reference']}```")
    assert never.rates.counts("absolute") == (1.0, 1.0)


def test_a_share_of_episodes_is_hinted_and_follows_from_the_seed() -> None:
    env, again = hinted(rate=0.3), hinted(rate=0.3)
    first = [bool(env.reset(seed=seed)[1]["prefill"]) for seed in range(400)]
    assert first == [bool(again.reset(seed=seed)[1]["prefill"]) for seed in range(400)]
    assert 85 < sum(first) < 155  # 120 expected, deviation 9.2
    env.reset(seed=1)
    going_on = [bool(env.reset()[1]["prefill"]) for _ in range(50)]
    again.reset(seed=1)
    assert going_on == [bool(again.reset()[1]["prefill"]) for _ in range(50)]
    assert 0 < sum(going_on) < 50


def test_states_with_a_hint_have_a_key_of_their_own() -> None:
    plain, with_hint = hinted(rate=1e-9).reset(seed=0)[1], hinted(rate=1.0).reset(seed=0)[1]
    assert plain["state_key"] != with_hint["state_key"]
    assert with_hint["state_key"] == hinted(rate=1.0).reset(seed=9)[1]["state_key"]
    with pytest.raises(ValueError, match="info must have no prefill yet"):
        add_prefill(with_hint, "more")


def test_a_task_without_a_reference_gets_no_hint() -> None:
    env = HintPrefix(gym.make("rlvr/Code-v0", tasks=[{**TASK, "reference": None}]), rate=1.0)
    assert env.reset(seed=0)[1]["prefill"] == ""


def test_a_vector_measures_together_under_a_name_and_alone_without() -> None:
    for pool, expected in (("hints-together", 2.0), (None, 1.0)):
        recipe = [("HintPrefix", {"rate": 1e-9, "pool": pool})]
        envs: Any = gym.make_vec("rlvr/Code-v0", num_envs=2, recipe=recipe, tasks=[TASK])
        envs.reset(seed=0)
        envs.step([f"{FENCE}{TASK['reference']}```"] * 2)
        assert envs.envs[0].get_wrapper_attr("rates").counts("absolute") == (expected, expected)
        envs.close()


def test_progress_is_restored() -> None:
    env, again = hinted(rate=0.5), hinted(rate=0.5)
    env.reset(seed=4)
    env.rates.add("absolute", True)
    env.rates.add("absolute", False)
    saved = json.loads(json.dumps(progress_of(env)))
    restore_progress(again, saved)
    assert progress_of(again) == saved
    assert [env.reset()[1]["prefill"] for _ in range(20)] == [again.reset()[1]["prefill"] for _ in range(20)]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"rate": 0}, "rate must be in (0, 1], got 0"),
        ({"most": 1.5}, "most must be in (0, 1], got 1.5"),
        ({"target": "a"}, "target must be in (0, 1], got 'a'"),
        ({"decay": True}, "decay must be in (0, 1], got True"),
        ({"cut": "lines"}, "unknown cut 'lines'"),
        ({"opening": None}, "opening must be text, got None"),
        ({"pool": ""}, "pool must be None or a name that is not empty, got ''"),
    ],
)
def test_options_say_their_rule(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared
        HintPrefix(KnownEnv(), **options)
    assert str(caught.value).startswith(text)


def test_it_must_be_inside_of_what_measures_unguided_episodes() -> None:
    with pytest.raises(ValueError, match="HintPrefix must be inside of AdaptiveDifficulty"):
        HintPrefix(AdaptiveDifficulty(KnownEnv(), tasks=["a"]))
