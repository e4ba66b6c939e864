"""pass@k, its intervals, and evaluation on environments, with scripted policies."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_train import evaluate, paired_difference, transformers_policy
from rlvr_train.alignment import token_decoder
from rlvr_train.chat import ChatFormat
from rlvr_train.episodes import Request
from rlvr_train.estimators import bootstrap_mean, pass_at_k
from rlvr_train.policies import ChatPolicy

# Estimators ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("samples", "solved", "k", "expected"),
    [
        (8, 0, 1, 0.0),
        (8, 2, 1, 0.25),
        (4, 1, 2, 0.5),  # 1 - C(3,2)/C(4,2) = 1 - 3/6
        (5, 2, 3, 0.9),  # 1 - C(3,3)/C(5,3) = 1 - 1/10
        (8, 7, 2, 1.0),
        (3, 3, 3, 1.0),
    ],
)
def test_pass_at_k_by_hand(samples: int, solved: int, k: int, expected: float) -> None:
    assert pass_at_k(samples, solved, k) == pytest.approx(expected)


@given(samples=st.integers(1, 9), data=st.data())
def test_pass_at_k_is_the_share_of_subsets_with_a_solution(samples: int, data: st.DataObject) -> None:
    solved, k = data.draw(st.integers(0, samples)), data.draw(st.integers(1, samples))
    subsets = list(itertools.combinations(range(samples), k))
    share = sum(any(i < solved for i in subset) for subset in subsets) / len(subsets)
    assert pass_at_k(samples, solved, k) == pytest.approx(share)


def test_pass_at_k_stays_exact_for_many_samples() -> None:
    assert pass_at_k(10_000, 1, 10) == pytest.approx(1e-3)


@pytest.mark.parametrize(("samples", "solved", "k"), [(4, 1, 5), (4, 5, 1), (4, 1, 0), (4, -1, 1)])
def test_impossible_counts_are_refused(samples: int, solved: int, k: int) -> None:
    with pytest.raises(ValueError, match="need 1 <= k <= samples"):
        pass_at_k(samples, solved, k)


def test_bootstrap_interval_is_that_of_the_binomial() -> None:
    # 100 values, half of them 1: the mean of a resample has standard deviation .05, so 95 % lie within about .1.
    interval = bootstrap_mean([0.0, 1.0] * 50, draws=20_000, confidence=0.95, seed=0)
    assert interval.mean == 0.5
    assert (interval.low, interval.high) == pytest.approx((0.402, 0.598), abs=0.015)


def test_bootstrap_is_repeatable_and_degenerates_to_a_point() -> None:
    values = np.linspace(0, 1, 7)
    first, second = (bootstrap_mean(values, draws=100, confidence=0.9, seed=3) for _ in range(2))
    assert first == second
    assert bootstrap_mean([0.3] * 5, draws=50, confidence=0.95, seed=0).low == pytest.approx(0.3)
    with pytest.raises(ValueError, match="at least one task"):
        bootstrap_mean([], draws=10, confidence=0.95, seed=0)


# Evaluation ------------------------------------------------------------------------------------------------------


class Alternating:
    """Repeats the word asked for in every ``period``-th of its answers."""

    def __init__(self, period: int) -> None:
        self.period, self.count = period, 0

    def __call__(self, requests: Sequence[Request]) -> list[str]:
        return [self._answer(request) for request in requests]

    def _answer(self, request: Request) -> str:
        self.count += 1
        word = request.messages[0]["content"].removeprefix("Repeat this word: ")
        return word if self.count % self.period == 0 else "?"


def test_half_right_policy_by_hand() -> None:
    result = evaluate(Alternating(2), "rlvr/Echo-v0", seeds=[1, 2, 3], samples=4, ks=(1, 2, 4))
    assert [(task.samples, task.solved, task.lost) for task in result.tasks] == [(4, 2, 0)] * 3
    assert result.pass_at(1).mean == pytest.approx(0.5)
    assert result.pass_at(2).mean == pytest.approx(1 - 1 / 6)  # 1 - C(2,2)/C(4,2)
    assert result.pass_at(4).mean == 1.0


@pytest.mark.parametrize("batch_size", [1, 5, 64])
def test_batching_changes_nothing(batch_size: int) -> None:
    result = evaluate(Alternating(3), "rlvr/Echo-v0", seeds=[1, 2, 3, 4], samples=3, ks=(1,), batch_size=batch_size)
    assert [task.solved for task in result.tasks] == [1, 1, 1, 1]
    assert [episode.seed for episode in result.episodes] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]


def test_later_turns_count(tokenizer: Any) -> None:
    def second_try(requests: Sequence[Request]) -> list[str]:
        return ["?" if r.turn == 0 else r.messages[0]["content"].removeprefix("Repeat this word: ") for r in requests]

    one = evaluate(second_try, "rlvr/Echo-v0", seeds=[1], samples=2, ks=(1,))
    two = evaluate(second_try, "rlvr/Echo-v0", seeds=[1], samples=2, ks=(1,), env_kwargs={"max_turns": 2})
    assert (one.pass_at(1).mean, two.pass_at(1).mean) == (0.0, 1.0)


def test_lost_samples_are_left_out_and_counted() -> None:
    def letters(requests: Sequence[Request]) -> list[str]:
        return ["abcdefgh"[request.row % 8] for request in requests]

    result = evaluate(letters, "test/Parity-v0", seeds=[1, 2], samples=8, ks=(1, 8), env_kwargs={"lost": (0, 1)}, batch_size=8)
    assert result.lost > 0
    assert all(task.samples + task.lost == 8 for task in result.tasks)
    assert result.counted(8) == []
    figures = result.to_dict()
    assert json.loads(json.dumps(figures)) == figures
    assert list(figures["pass_at"]) == ["1"]


def test_paired_difference_is_the_mean_over_tasks() -> None:
    before = evaluate(Alternating(4), "rlvr/Echo-v0", seeds=[1, 2, 3], samples=4, ks=(1,))
    after = evaluate(Alternating(2), "rlvr/Echo-v0", seeds=[1, 2, 3], samples=4, ks=(1,))
    difference = paired_difference(before, after, 1)
    assert (difference.mean, difference.low, difference.high) == pytest.approx((0.25, 0.25, 0.25))


def test_different_tasks_cannot_be_paired() -> None:
    first = evaluate(Alternating(2), "rlvr/Echo-v0", seeds=[1], samples=1, ks=(1,))
    second = evaluate(Alternating(2), "rlvr/Echo-v0", seeds=[2], samples=1, ks=(1,))
    with pytest.raises(ValueError, match="must be of the same tasks"):
        paired_difference(first, second, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seeds": []}, "seeds must be at least one and all different"),
        ({"seeds": [1, 1]}, "all different, got 2 with 1 different"),
        ({"ks": (1, 16)}, r"ks must be in 1..samples \(8\), got 16"),
        ({"ks": ()}, "got none"),
    ],
)
def test_bad_requests_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        evaluate(Alternating(2), "rlvr/Echo-v0", **{"seeds": [1], **changes})


def test_context_without_room_is_given_up(tokenizer: Any) -> None:
    chat = ChatFormat(tokenizer, eos_ids=[tokenizer.eos_token_id])
    requests = [Request(0, 0, [{"role": "user", "content": text}], 1, "") for text in ("hi", "hi " * 50, "ho")]
    seen: list[int] = []

    def generate(contexts: list[list[int]]) -> tuple[list[list[int]], None]:
        seen.append(len(contexts))
        return [list(tokenizer("ok", add_special_tokens=False)["input_ids"]) for _ in contexts], None

    assert ChatPolicy(chat, token_decoder(tokenizer), generate, max_length=60)(requests) == ["ok", None, "ok"]
    assert seen == [2]


def test_transformers_model_is_a_policy(make_model: Any, tokenizer: Any) -> None:
    policy = transformers_policy(make_model(), tokenizer, max_new_tokens=4, batch_size=3)
    result = evaluate(policy, "rlvr/Echo-v0", seeds=[1, 2], samples=4, ks=(1,), env_kwargs={"max_turns": 2})
    assert result.pass_at(1).mean == 0.0
    assert all(len(episode.turns) == 2 for episode in result.episodes)
