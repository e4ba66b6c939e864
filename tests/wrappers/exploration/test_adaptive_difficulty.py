"""AdaptiveDifficulty: probabilities by hand, what is measured, seeds, and what is saved."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import rlvr_envs
from rlvr_envs.wrappers import AdaptiveDifficulty, Backtrack, HintPrefix
from rlvr_envs.wrappers.exploration.pass_rates import PassRates
from rlvr_envs.wrappers.progress import progress_of, restore_progress
from tests.wrappers.exploration.test_hint_prefix import FENCE, TASK
from tests.wrappers.known import KnownEnv

gym.register_envs(rlvr_envs)

IDS = ["a", "b", "c", "d"]


def played(env: Any, task_id: str, *solved: bool) -> None:
    for one in solved:
        env.reset(options={"task_id": task_id})
        env.step(task_id if one else "no")


def made(**options: Any) -> AdaptiveDifficulty:
    return AdaptiveDifficulty(KnownEnv(), **{"tasks": IDS, **options})


def test_variance_by_hand() -> None:
    env = made(floor=0.2)
    assert env.probabilities().tolist() == pytest.approx([0.25] * 4)
    played(env, "a", True, True, True)  # (3 + 1) / (3 + 2) = .8: .16
    played(env, "b", False)  # 1 / 3: 2 / 9
    weights = [0.16, 2 / 9, 0.25, 0.25]
    assert env.probabilities().tolist() == pytest.approx([0.05 + 0.8 * w / sum(weights) for w in weights])


def test_what_was_measured_fades() -> None:
    rates = PassRates()
    for solved in (True, False, False):
        rates.add("a", solved, decay=0.5)
    assert rates.counts("a") == (1.75, 0.25)  # n = 1, 1.5, 1.75; s = 1, .5, .25
    assert (rates.rate("a"), rates.rate("b"), rates.smoothed("b")) == (pytest.approx(1 / 7), 0.0, 0.5)
    assert rates.rate() == pytest.approx(1 / 7)


def test_adarft_moves_its_target_by_batches_and_takes_the_nearest() -> None:
    difficulties = {"a": 0, "b": 40, "c": 70, "d": 100}
    env = made(form="adarft", floor=0.4, settings={"difficulties": difficulties, "nearest": 1, "batch": 2})
    assert env.probabilities().tolist() == pytest.approx([0.7, 0.1, 0.1, 0.1])
    played(env, "a", True)
    assert env.curriculum.target is None
    played(env, "a", True)
    # 0 + 50 tanh(2 (1 - .5)) = 38.08: b.
    assert env.curriculum.target == pytest.approx(50 * math.tanh(1.0))
    assert env.probabilities().tolist() == pytest.approx([0.1, 0.7, 0.1, 0.1])
    played(env, "b", True, False)  # a rate of one half moves nothing
    assert env.curriculum.target == pytest.approx(50 * math.tanh(1.0))
    played(env, "b", False, False)
    assert env.curriculum.target == 0.0  # clipped
    played(env, "b", *[True] * 6)
    assert env.curriculum.target == 100.0


def test_sec_by_hand() -> None:
    categories = {"a": "x", "b": "x", "c": "y", "d": "y"}
    env = made(form="sec", floor=0.4, settings={"categories": categories, "rate": 0.5, "temperature": 0.2})
    played(env, "a", True)  # p = 2/3, a = 2 sqrt(2/9) = .942809; Q = .471405
    q = math.sqrt(2) / 3
    assert env.curriculum.values == {"x": pytest.approx(q)}
    x = math.exp(q / 0.2) / (math.exp(q / 0.2) + 1)
    assert env.probabilities().tolist() == pytest.approx([0.1 + 0.3 * x, 0.1 + 0.3 * x, 0.1 + 0.3 * (1 - x), 0.1 + 0.3 * (1 - x)])
    alone = made(form="sec")
    played(alone, "a", True)
    assert alone.curriculum.values == {"a": pytest.approx(0.1 * 2 * q)}


@pytest.mark.parametrize("form", ["variance", "sec", "adarft"])
def test_no_task_falls_below_its_floor(form: str) -> None:
    settings = {"difficulties": {name: i for i, name in enumerate(IDS)}, "nearest": 1} if form == "adarft" else None
    env = made(form=form, floor=0.2, settings=settings)
    played(env, "a", *[True] * 60)
    assert env.probabilities().min() >= 0.05 - 1e-12
    assert env.probabilities().sum() == pytest.approx(1.0)


def test_draws_follow_the_probabilities_and_the_seed() -> None:
    env, again = made(floor=0.2), made(floor=0.2)
    for one in (env, again):
        played(one, "a", *[True] * 30)
    drawn = [env.reset(seed=seed)[1]["task_id"] for seed in range(2000)]
    assert drawn == [again.reset(seed=seed)[1]["task_id"] for seed in range(2000)]
    shares = np.array([Counter(drawn)[name] / 2000 for name in IDS])
    assert np.abs(shares - env.probabilities()).max() < 0.04  # four deviations of at most .0106
    env.reset(seed=7)
    again.reset(seed=7)
    assert [env.reset()[1]["task_id"] for _ in range(50)] == [again.reset()[1]["task_id"] for _ in range(50)]


def test_a_task_that_is_asked_for_is_given() -> None:
    assert {made().reset(seed=seed, options={"task_id": "d"})[1]["task_id"] for seed in range(20)} == {"d"}


def test_hinted_episodes_and_those_that_begin_in_their_middle_are_not_measured() -> None:
    hinted = AdaptiveDifficulty(HintPrefix(gym.make("rlvr/Code-v0", tasks=[TASK]), rate=1.0))
    _, info = hinted.reset(seed=0)
    assert hinted.step(info["prefill"] + "    return total\n```")[1] == 1.0
    assert hinted.curriculum.rates.counts() == (0.0, 0.0)
    for stack in (
        lambda env: AdaptiveDifficulty(Backtrack(env, share=1.0), tasks=IDS),
        lambda env: Backtrack(AdaptiveDifficulty(env, tasks=IDS), share=1.0),
    ):
        env = stack(KnownEnv(max_turns=3))
        env.reset(seed=0)
        task = env.unwrapped.task.word
        env.step("no")
        env.step(task)
        rates = env.get_wrapper_attr("curriculum").rates
        assert rates.counts(task) == (1.0, 1.0)
        assert env.reset(seed=1, options={"task_id": task})[1]["turn"] == 1
        env.step(task)
        assert rates.counts(task) == (1.0, 1.0)


def test_the_tasks_of_a_source_are_listed_and_an_endless_one_is_refused() -> None:
    env = AdaptiveDifficulty(gym.make("rlvr/Code-v0", tasks=[TASK]))
    env.reset(seed=0)
    env.step(f"{FENCE}{TASK['reference']}```")
    assert env.curriculum.rates.counts("absolute") == (1.0, 1.0)
    with pytest.raises(ValueError, match=r"tasks must be given, since rlvr/Code-v0 as it was made has no list of its tasks"):
        AdaptiveDifficulty(gym.make("rlvr/Code-v0"))


def test_a_vector_under_one_name_gives_equal_seeds_equal_tasks() -> None:
    recipe = [("AdaptiveDifficulty", {"tasks": IDS, "pool": "tasks-together", "floor": 0.1})]
    envs: Any = gym.make_vec("rlvr/Echo-v0", num_envs=4, recipe=recipe)
    for episode in range(20):
        _, infos = envs.reset(seed=[2 * episode] * 2 + [2 * episode + 1] * 2)
        drawn = [info["task_id"] for info in infos["infos"]]
        assert drawn[0] == drawn[1]
        assert drawn[2] == drawn[3]
        envs.step([drawn[0], "no", drawn[2], drawn[3]])
    assert envs.envs[0].get_wrapper_attr("curriculum").rates.counts()[0] == 80.0


def test_progress_is_restored() -> None:
    env, again = made(form="sec"), made(form="sec")
    env.reset(seed=3)
    played(env, "a", True, False)
    saved = json.loads(json.dumps(progress_of(env)))
    restore_progress(again, saved)
    assert progress_of(again) == saved
    assert again.probabilities().tolist() == env.probabilities().tolist()
    assert [env.reset()[1]["task_id"] for _ in range(30)] == [again.reset()[1]["task_id"] for _ in range(30)]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"form": "varience"}, "unknown form 'varience'; did you mean 'variance'?"),
        ({"floor": 0}, "floor must be in (0, 1], got 0"),
        ({"decay": 2}, "decay must be in (0, 1], got 2"),
        ({"tasks": []}, "tasks must be None or a list of at least one id, got []"),
        ({"tasks": "ab"}, "tasks must be None or a list of at least one id, got 'ab'"),
        ({"tasks": ["a", "a"]}, "tasks must name each id once, got 1 of 2 again"),
        ({"settings": 3}, "settings must be None or a mapping, got 3"),
        ({"settings": {"nearest": 3}}, "form 'variance' has no option 'nearest'"),
        ({"form": "adarft"}, "form 'adarft' needs"),
        (
            {"form": "adarft", "settings": {"difficulties": {"a": 1}}},
            "settings['difficulties'] must hold every task, and lacks 'b'",
        ),
        ({"form": "adarft", "settings": {"difficulties": {"a": "x"}}}, "settings['difficulties'] must map task ids to finite"),
        (
            {"form": "adarft", "settings": {"difficulties": {"a": 1}, "batch": 0}},
            "settings['batch'] must be an int of at least 1",
        ),
        ({"form": "sec", "settings": {"temperature": 0}}, "settings['temperature'] must be a number above 0, got 0"),
        ({"form": "sec", "settings": {"rate": 2}}, "settings['rate'] must be in (0, 1], got 2"),
    ],
)
def test_options_say_their_rule(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared
        made(**options)
    assert str(caught.value).startswith(text)
