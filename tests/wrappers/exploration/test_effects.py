"""What choosing where episodes begin does to the policy that is best, over enumerated policies."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np

from rlvr_envs.wrappers import AdaptiveDifficulty, Backtrack, HintPrefix
from tests.wrappers.known import KnownEnv

TASKS = ("aa", "bb")


def test_chosen_tasks_leave_the_best_policy_as_it_is() -> None:
    env: Any = AdaptiveDifficulty(KnownEnv(), tasks=TASKS, floor=0.2)
    for _ in range(30):
        env.reset(options={"task_id": "aa"})
        env.step("aa")
    weights = env.probabilities()
    assert weights[0] < 0.25 * weights[1]
    values = {}
    for policy in itertools.product(("aa", "bb", "cc"), repeat=2):  # an answer for each task
        paid = []
        for task, answer in zip(TASKS, policy, strict=True):
            env.reset(options={"task_id": task})
            paid.append(env.step(answer)[1])
        values[policy] = (float(np.mean(paid)), float(weights @ np.array(paid)))
    assert max(values, key=lambda policy: values[policy][0]) == TASKS
    assert max(values, key=lambda policy: values[policy][1]) == TASKS
    assert values["aa", "aa"][0] == values["bb", "bb"][0]
    assert values["aa", "aa"][1] < values["bb", "bb"][1]  # what is given more weight among policies that are not the best


def test_kept_states_move_what_is_best_among_policies_that_cannot_tell_states_apart() -> None:
    env: Any = Backtrack(KnownEnv(length=2, alphabet="ab", max_turns=3), share=0.5)
    env.reset(seed=0, options={"task_id": "bb"})
    env.step("no")
    env.step("no")
    tasks = [env.reset(seed=seed)[1]["task_id"] for seed in range(800)]
    # A constant answer earns the share of its task: 1/4 each of the four words, but 1/2 + 1/8 for the one that was kept.
    shares = [tasks.count(word) / 800 for word in ("aa", "ab", "ba", "bb")]
    assert np.abs(np.array(shares) - [0.125, 0.125, 0.125, 0.625]).max() < 0.07  # four deviations of at most .0171


class TwoLines(KnownEnv):
    """Write the two lines of the reference."""

    def _draw_task(self, rng: np.random.Generator, task_id: str | None) -> Any:
        return SimpleNamespace(task_id="lines", word="x = 1\ny = 2", reference="x = 1\ny = 2\n")


def test_a_hint_takes_the_decisions_before_it_out_of_what_is_optimised() -> None:
    """The first line is right with probability p and the second with q: ``pq`` is earned without a hint, and ``q`` with one."""

    def earned(p: float, q: float, rate: float) -> float:
        total = 0.0
        for (first, p_first), (second, p_second) in itertools.product(
            (("x = 1\n", p), ("x = 0\n", 1 - p)), (("y = 2\n", q), ("y = 0\n", 1 - q))
        ):
            env = HintPrefix(TwoLines(), rate=rate, opening="")
            prefill = env.reset(seed=0)[1]["prefill"]
            assert prefill in ("", "x = 1\n")
            total += p_first * p_second * env.step((prefill or first) + second)[1]
        return total

    assert [earned(p, 0.5, 1e-9) for p in (0.25, 0.75)] == [0.125, 0.375]
    assert [earned(p, 0.5, 1.0) for p in (0.25, 0.75)] == [0.5, 0.5]
