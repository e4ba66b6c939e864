"""Metrics of a batch by hand, and their file."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from rlvr_envs.credit import Credit
from rlvr_envs.info import RewardTerms
from rlvr_train.credit import TurnCredit
from rlvr_train.diagnostics import MetricsFile, credit_sums, episode_sums, merged_means, sampling_sums
from rlvr_train.episodes import Episode, Turn


def episode(*turns: dict[str, Any], cut: bool = False) -> Episode:
    made = Episode(seed=0, messages=[], task_id="t", over=True, cut=cut)
    for changes in turns:
        info = {
            "verdict": "wrong",
            "score": 0.0,
            "is_success": False,
            "trainable": True,
            "audit_score": math.nan,
            "reward_terms": RewardTerms({"solved": 0.0}),
            **changes,
        }
        made.turns.append(Turn("", info["reward_terms"].total, info))
    return made


SOLVED = {"verdict": "solved", "score": 1.0, "is_success": True, "reward_terms": RewardTerms({"solved": 1.0, "length": -0.5})}
LOST = {"verdict": "infra_error", "trainable": False, "score": 0.25}


def test_episodes_by_hand() -> None:
    batch = [episode({"score": 0.5}, SOLVED), episode({"audit_score": 0.5}), episode(LOST), episode(cut=True)]
    means = merged_means([episode_sums(batch)])
    assert means["env/success"] == pytest.approx(1 / 2)  # of the two that may train
    assert means["env/score"] == pytest.approx(1 / 2)
    assert means["env/audit_score"] == 0.5  # of the one that has one
    assert means["env/turns"] == pytest.approx(4 / 4)
    assert means["env/cut_share"] == pytest.approx(1 / 4)
    assert means["env/untrainable_share"] == pytest.approx(2 / 4)
    assert means["env/infra_error_share"] == pytest.approx(1 / 3)  # of the three that were judged
    assert [means[f"verdict/{name}"] for name in ("infra_error", "solved", "wrong")] == pytest.approx([1 / 3] * 3)
    assert means["reward_terms/solved"] == pytest.approx(1 / 2)
    assert means["reward_terms/length"] == pytest.approx(-1 / 4)


def test_paid_canaries_are_counted_and_teach_nothing() -> None:
    canaries = [episode({**SOLVED, "trainable": False}), *[episode({"trainable": False})] * 3]
    means = merged_means([episode_sums([*canaries, episode({}), episode(LOST)])])
    assert means["env/canary_paid"] == pytest.approx(1 / 4)  # of the four that were judged and may not train
    assert means["env/success"] == 0.0  # of the one that may
    assert "env/canary_paid" not in merged_means([episode_sums([episode({}), episode(LOST)])])


def test_parts_merge_as_one_batch_would() -> None:
    batch = [episode(SOLVED), episode(SOLVED), episode(SOLVED, cut=True)]
    assert merged_means([episode_sums(batch[:1]), episode_sums(batch[1:])]) == pytest.approx(merged_means([episode_sums(batch)]))


def test_part_without_a_verdict_counts_its_episodes() -> None:
    parts = [episode_sums([episode(SOLVED)]), episode_sums([episode({}), episode({}), episode({})])]
    assert merged_means(parts)["verdict/solved"] == pytest.approx(1 / 4)


def test_sampling_weights_by_hand() -> None:
    # Weights 2, 1/2, 4, and one that the sampler could not score; the last column is not live.
    trainer = torch.log(torch.tensor([[0.4, 0.1, 0.8, 0.5, 0.9]]))
    sampler = torch.log(torch.tensor([[0.2, 0.2, 0.2, float("nan"), 0.1]]))
    live = torch.tensor([[1, 1, 1, 1, 0]])
    batch = {"old_per_token_logps": trainer, "sampling_per_token_logps": sampler}
    means = merged_means([sampling_sums(batch, live, low=None, high=3.0)])
    assert means == pytest.approx({"sampling/raw_weight": 6.5 / 3, "sampling/cut_share": 1 / 3})
    assert merged_means([sampling_sums(batch, live, low=1.0, high=3.0)])["sampling/cut_share"] == pytest.approx(2 / 3)
    assert sampling_sums({}, live, low=None, high=3.0) == {}


def test_credit_shares_by_hand() -> None:
    zeros = np.zeros(3)
    turn = TurnCredit(0, Credit(zeros, zeros, zeros, zeros, np.array([True, False, True])), failed=True)
    means = merged_means([credit_sums([(turn, turn), ()], torch.ones(2, 4))])
    assert means == pytest.approx({"credit/token_share": 4 / 8, "credit/sample_share": 1 / 2})


def state(step: int) -> Any:
    return SimpleNamespace(global_step=step, is_world_process_zero=True)


def write(path: Path, begin: int, steps: list[int], loss: float) -> None:
    file = MetricsFile(path)
    file.on_train_begin(None, state(begin), None)
    for step in steps:
        file.on_log(None, state(step), None, logs={"loss": loss})


def test_file_continues_after_the_step_that_is_resumed_from(tmp_path: Path) -> None:
    path = tmp_path / "run" / "metrics.jsonl"
    write(path, 0, [1, 2, 3], 1.0)
    write(path, 2, [3, 4], 2.0)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["step"], line["loss"]) for line in lines] == [(1, 1.0), (2, 1.0), (3, 2.0), (4, 2.0)]


def test_new_run_starts_the_file_anew_and_nan_becomes_null(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    write(path, 0, [1], 1.0)
    write(path, 0, [1], math.nan)
    assert path.read_text() == '{"step": 1, "loss": null}\n'
