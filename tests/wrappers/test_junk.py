"""Junk, lazy and hostile answers: under no preset does a wrong answer outrank a right one.

What is said of a preset here holds on rlvr/Code-v0 as it is judged, in one turn and over two, shapers of groups included.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import gymnasium as gym
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rlvr_envs
from rlvr_envs.episode import Outcome
from rlvr_envs.facts import HiddenCase
from rlvr_envs.info import Info
from rlvr_envs.wrappers import PRESETS, WRAPPERS, parse_recipe, wrapper_class
from rlvr_envs.wrappers.group import Evidence
from tests.wrappers.options import OPTIONS
from tests.wrappers.scripted import Scripted, last, outcome

gym.register_envs(rlvr_envs)


def code(text: str) -> str:
    return f"```python\n{text}\n```"


LIMITS = {"time_s": 1.0, "cpu_s": 1.0}
#: Most of its hidden tests are passed by a constant.
PARITY: dict[str, Any] = {
    "task_id": "parity",
    "prompt": "Return 'YES' for odd numbers, else 'NO'.",
    "entry_point": "f",
    "tests": {
        "visible": [{"args": [8], "expected": "NO"}, {"args": [3], "expected": "YES"}],
        "hidden": [{"args": [x], "expected": "YES" if x % 2 else "NO"} for x in (2, 4, 6, 10, 11)],
    },
    "limits": LIMITS,
}
#: Wrong values can be arbitrarily close to the right ones.
SCALE: dict[str, Any] = {
    "task_id": "scale",
    "prompt": "Return 7919 * x + 13.",
    "entry_point": "f",
    "tests": {
        "visible": [{"args": [8], "expected": 63365}, {"args": [3], "expected": 23770}],
        "hidden": [{"args": [x], "expected": 7919 * x + 13} for x in (2, 8, 6, 10)],
    },
    "limits": LIMITS,
}
BODY = {"parity": "'YES' if x % 2 else 'NO'", "scale": "7919 * x + 13"}
CLOSE = {"parity": "'YES' if x == 3 else 'NO'", "scale": "7919 * x + 14"}
TABLE = {"parity": "{8: 'NO', 3: 'YES'}", "scale": "{8: 63365, 3: 23770}"}
TASKS = {"parity": PARITY, "scale": SCALE}
PROSE = "Let us think about it step by step, and then about it once more.\n" * 100


def wrong(task: str) -> dict[str, str]:
    """Answers that do not solve the task, by what they are."""
    bare = {
        "empty": "",
        "blank": " \n\t",
        "prose": PROSE,
        "broken": code("def f(x) return x"),
        "nothing defined": code("pass"),
        "none": code("def f(x): pass"),
        "constant": code("def f(x): return 'NO'"),
        "number": code("def f(x): return 63365"),
        "close": code(f"def f(x): return {CLOSE[task]}"),
        "table": code(f"def f(x): return {TABLE[task]}[x]"),
        "table that never raises": code(f"def f(x): return {TABLE[task]}.get(x)"),
        "verbose": PROSE + code(f'"""{PROSE}"""\ndef f(x):\n    return {CLOSE[task]}'),
        "raises": code("def f(x): raise ValueError(x)"),
        "swallows all": code("def f(x):\n    try:\n        return int('a')\n    except BaseException:\n        return 0"),
        "hangs": code("def f(x):\n    while True: pass"),
        "leaves": code("import sys\nsys.exit(0)"),
        "leaves when called": code("import os\ndef f(x): os._exit(0)"),
        "prints success": code("print('all tests passed')\ndef f(x): print('solved', 1.0)"),
        "equals everything": code("class A(str):\n    def __eq__(self, other): return True\ndef f(x): return A()"),
        "claims a verdict": code("def f(x): return {'verdict': 'solved', 'score': 1.0}"),
    }
    return bare


def right(task: str) -> dict[str, str]:
    """Answers that solve the task, in every way that a term might dislike."""
    solution = f"def f(x):\n    return {BODY[task]}"
    return {
        "short": code(solution),
        "verbose": PROSE + code(solution) + PROSE,
        "repetitive": code("# again\n" * 500 + solution),
        "swallows": code(f"def f(x):\n    try:\n        return {BODY[task]}\n    except BaseException:\n        return 0"),
        "slow": code(f"import time\ndef f(x):\n    time.sleep(0.02)\n    return {BODY[task]}"),
        "large": code(f"def f(x):\n    waste = bytearray(30 << 20)\n    return {BODY[task]}"),
    }


def play(task: str, recipe: Any, answers: list[list[str]]) -> tuple[list[float], list[list[Info]], list[Evidence]]:
    """Plays episodes of up to two turns side by side; returns the return, the infos and the last evidence of each."""
    options: dict[str, Any] = {"tasks": [TASKS[task]], "trace": "lines", "max_turns": 2, "recipe": recipe}
    envs = gym.make_vec("rlvr/Code-v0", num_envs=len(answers), **options)
    envs.reset(seed=0)
    found: list[list[Info]] = [[] for _ in answers]
    evidence: list[Evidence] = [()] * len(answers)
    going = [True] * len(answers)
    for turn in range(max(map(len, answers))):
        going = [more and turn < len(episode) for more, episode in zip(going, answers, strict=True)]
        actions = [episode[turn] if more else "" for more, episode in zip(going, answers, strict=True)]
        _, rewards, ended, cut, infos = envs.step(actions, mask=going)  # type: ignore[call-arg]
        for i in itertools.compress(range(len(answers)), going):
            found[i].append(infos["infos"][i])
            evidence[i] = envs.unwrapped.envs[i].unwrapped.evidence  # type: ignore[attr-defined]
            assert rewards[i] == infos["infos"][i]["reward_terms"].total
            going[i] = not (ended[i] or cut[i])
    envs.close()
    return [math.fsum(info["reward_terms"].total for info in infos) for infos in found], found, evidence


def outranked(wrong_rewards: dict[str, float], right_rewards: dict[str, float]) -> list[tuple[str, str]]:
    """Pairs of a wrong and a right answer whose order is the wrong way round, or not there."""
    pairs = itertools.product(wrong_rewards.items(), right_rewards.items())
    return [(bad, good) for (bad, less), (good, more) in pairs if not less < more]


def first_turn(task: str, recipe: Any) -> list[tuple[str, str]]:
    bad, good = wrong(task), right(task)
    answers = [*bad.values(), *good.values()]
    _, infos, evidence = play(task, recipe, [[answer] for answer in answers])
    assert [one[0]["is_success"] for one in infos] == [False] * len(bad) + [True] * len(good)
    shaped = parse_recipe(recipe).shape_group(answers, [one[0] for one in infos], evidence)
    rewards = [info["reward_terms"].total for info in shaped]
    return outranked(dict(zip(bad, rewards, strict=False)), dict(zip(good, rewards[len(bad) :], strict=True)))


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("preset", PRESETS)
def test_no_wrong_answer_outranks_a_right_one(preset: str, task: str) -> None:
    assert first_turn(task, preset) == []


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS)
def test_no_failed_episode_outranks_one_that_ends_solved(preset: str) -> None:
    bad, good = wrong("parity"), right("parity")
    del bad["hangs"]  # it is among the first turns above
    names = list(bad)
    failed = [(one, names[(i + 7) % len(names)]) for i, one in enumerate(names)]
    solved = [(one, "short") for one in names]
    answers = [[bad[one], bad[two]] for one, two in failed] + [[bad[one], good[two]] for one, two in solved]
    returns, infos, _ = play("parity", preset, answers)
    assert [one[-1]["is_success"] for one in infos] == [False] * len(failed) + [True] * len(solved)
    left = dict(zip(map(str, failed), returns, strict=False))
    assert outranked(left, dict(zip(map(str, solved), returns[len(failed) :], strict=True))) == []


#: Each alone.  The noise alone may well turn two answers around: it is what it is for.
ALONE = [name for name in WRAPPERS if wrapper_class(name).kind == "reward" and name in OPTIONS and name != "VerifierNoise"]  # type: ignore[union-attr]


@pytest.mark.slow
@pytest.mark.parametrize("name", ALONE)
def test_no_reward_wrapper_alone_lets_a_wrong_answer_outrank_a_right_one(name: str) -> None:
    assert first_turn("scale", [(name, OPTIONS[name])]) == []


WRONG = st.sampled_from(["wrong", "error", "timeout", "memory", "output_limit", "crash", "forbidden", "malformed"])


@st.composite
def wrong_outcomes(draw: Any) -> Outcome:
    """Whatever can be known of an answer that does not solve its task."""
    hidden, visible = draw(st.integers(1, 40)), draw(st.integers(0, 40))
    passed, seen = draw(st.integers(0, hidden - 1)), draw(st.integers(0, visible))
    counts = {"hidden_total": hidden, "hidden_passed": passed, "visible_total": visible, "visible_passed": seen}
    reason = draw(st.sampled_from(["", "syntax_error", "load_error", "exception"]))
    return outcome(draw(WRONG), passed / hidden, reason=reason, **counts)


@pytest.mark.parametrize("preset", PRESETS)
@given(bad=wrong_outcomes(), text=st.text(max_size=20))
def test_whatever_a_wrong_answer_reaches_it_gets_less_than_a_right_one(preset: str, bad: Outcome, text: str) -> None:
    recipe, found = parse_recipe(preset), []
    good = outcome("solved", 1.0)
    for one in (bad, good):
        found.append(last(recipe.wrap(Scripted(one, one)), text)[1])
    total, passed = bad.feedback.hidden_total, bad.feedback.hidden_passed
    evidence = [tuple(HiddenCase("solved" if i < n else "wrong") for i in range(total)) for n in (passed, total)]
    less, more = (info["reward_terms"].total for info in recipe.shape_group([text, text], found, evidence))
    assert less < more


@pytest.mark.slow
def test_a_recipe_that_turns_answers_around_is_caught() -> None:
    recipe = ["PassFraction", ("LengthPenalty", {"free_chars": 100, "rate": 1.0, "cap": 0.9})]
    assert ("constant", "verbose") in first_turn("parity", recipe)
