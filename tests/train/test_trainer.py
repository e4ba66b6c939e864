"""The trainer on a tiny random model: it learns, leaves out what was lost, places credit, resumes, saves a plain model."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM
from trl import GRPOConfig

from rlvr_envs.wrappers import parse_recipe
from rlvr_train import RLVRConfig, RLVRTrainer
from rlvr_train.groups import check_group_size
from rlvr_train.trainer import seed_dataset


@pytest.fixture
def make_trainer(make_model: Any, tokenizer: Any, options: Any) -> Any:
    made: list[RLVRTrainer] = []

    def make(env: str = "test/Parity-v0", *, env_kwargs: Any = None, wrappers: Any = (), **changes: Any) -> RLVRTrainer:
        trainer = RLVRTrainer(
            make_model(),
            env=env,
            env_kwargs=env_kwargs,
            wrappers=wrappers,
            args=RLVRConfig(**options(**changes)),
            processing_class=tokenizer,
        )
        made.append(trainer)
        return trainer

    yield make
    for trainer in made:
        trainer.close()


class Recorder:
    """Keeps each batch as the loss gets it, before it is shuffled."""

    def __init__(self, trainer: RLVRTrainer) -> None:
        self.batches: list[dict[str, Any]] = []
        self.episodes: list[Any] = []
        original = trainer._generate_and_score_completions

        def record(rows: Any) -> dict[str, Any]:
            batch = original(rows)
            self.batches.append(batch)
            self.episodes.append(trainer._episodes)
            return batch

        trainer._generate_and_score_completions = record


def metrics(trainer: RLVRTrainer) -> list[dict[str, Any]]:
    lines = (Path(trainer.args.output_dir) / "metrics.jsonl").read_text().splitlines()
    return [line for line in map(json.loads, lines) if "loss" in line]


def test_groups_share_a_task(make_trainer: Any) -> None:
    trainer = make_trainer()
    recorder = Recorder(trainer)
    trainer.train()
    for episodes in recorder.episodes:
        tasks = [episode.task_id for episode in episodes]
        assert len({*tasks[:4]}) == len({*tasks[4:]}) == 1
        assert tasks[0] != tasks[4]


def test_reward_is_the_environments_with_its_wrappers(make_trainer: Any) -> None:
    trainer = make_trainer(wrappers=["PassFraction"], max_steps=1)
    recorder = Recorder(trainer)
    trainer.train()
    (episodes,), (line,) = recorder.episodes, metrics(trainer)
    rewards = [1.0 if e.last["is_success"] else e.last["score"] for e in episodes]
    assert line["reward"] == pytest.approx(sum(rewards) / 8)
    assert line["reward_terms/solved"] + line["reward_terms/pass_fraction"] == pytest.approx(line["reward"])


def test_each_step_logs_what_the_batch_was(make_trainer: Any) -> None:
    trainer = make_trainer(env_kwargs={"spans": True}, max_steps=1)
    recorder = Recorder(trainer)
    trainer.train()
    (line,), (episodes,) = metrics(trainer), recorder.episodes
    assert line["step"] == 1
    assert line["env/success"] == pytest.approx(sum(e.last["is_success"] for e in episodes) / 8)
    assert line["verdict/solved"] + line["verdict/wrong"] == pytest.approx(1.0)
    assert line["env/audit_score"] == 0.5
    assert line["env/infra_error_share"] == 0.0
    assert 0.0 < line["credit/token_share"] < 1.0
    for name in ("frac_reward_zero_std", "entropy", "completions/mean_length", "env/turns", "credit/sample_share"):
        assert math.isfinite(line[name])


def test_lost_samples_are_out_of_statistics_normaliser_and_gradient(make_trainer: Any) -> None:
    trainer = make_trainer(env_kwargs={"lost": (0, 1)}, max_steps=1, blame_coef=1.0, beta=0.0)
    recorder = Recorder(trainer)
    trainer.train()
    (batch,), (episodes,), (line,) = recorder.batches, recorder.episodes, metrics(trainer)
    lost = torch.tensor([not episode.trainable for episode in episodes])
    assert 0 < lost.sum() < 8
    live = batch["completion_mask"] * batch["tool_mask"]
    assert live[lost].sum() == 0
    assert live[~lost].sum() == batch["num_items_in_batch"]
    assert batch["advantages"][lost].abs().sum() == 0.0
    kept = [episode.reward for episode in episodes if episode.trainable]
    assert line["reward"] == pytest.approx(sum(kept) / len(kept))
    assert line["env/infra_error_share"] == pytest.approx(lost.float().mean().item())


def test_step_in_which_everything_was_lost_changes_nothing(make_trainer: Any) -> None:
    trainer = make_trainer(env_kwargs={"lost": (0, 1, 2, 3, 4)}, max_steps=1)
    before = {name: value.clone() for name, value in trainer.model.state_dict().items()}
    trainer.train()
    assert all(torch.equal(before[name], value) for name, value in trainer.model.state_dict().items())
    assert metrics(trainer)[0]["env/untrainable_share"] == 1.0


def test_claimed_spans_move_the_advantage_and_keep_its_amount(make_trainer: Any) -> None:
    trainer = make_trainer(env_kwargs={"spans": True}, max_steps=1, credit_lambda=0.5)
    recorder = Recorder(trainer)
    trainer.train()
    (batch,) = recorder.batches
    live = batch["completion_mask"] * batch["tool_mask"]
    assert batch["advantages"].shape == live.shape
    moved = 0
    for a_t, mask in zip(batch["advantages"], live, strict=True):
        row = a_t[mask.bool()]
        assert row[0].abs() >= row[-1].abs()
        moved += int(row[0].abs() > 2 * row[-1].abs() > 0)
    assert moved > 0
    # Four answers of a group: their advantages sum to 0, so the totals do, weighted by the lengths.
    totals = batch["advantages"].sum(1) / live.sum(1)
    assert totals.view(2, 4).sum(1) == pytest.approx([0.0, 0.0], abs=1e-5)


def test_verified_spans_add_where_group_advantages_are_silent(make_trainer: Any) -> None:
    hopeless = {"arms": 2_000_000, "spans": True, "verified": True}  # no character solves it
    trainer = make_trainer("test/Arms-v0", env_kwargs=hopeless, max_steps=1, verified_coef=0.5)
    recorder = Recorder(trainer)
    trainer.train()
    (batch,), (episodes,) = recorder.batches, recorder.episodes
    spans = torch.tensor([sum(span.value for span in episode.last["credit"]) for episode in episodes])
    assert metrics(trainer)[0]["frac_reward_zero_std"] == 1.0
    assert spans.abs().sum() > 0
    assert batch["advantages"].sum(1) == pytest.approx(0.5 * spans, abs=1e-6)


def test_the_best_arm_of_a_bandit_wins(make_trainer: Any) -> None:
    trainer = make_trainer(
        "test/Arms-v0",
        wrappers=["PassFraction"],
        max_steps=40,
        per_device_train_batch_size=32,
        num_generations=16,
        max_completion_length=2,
        learning_rate=2e-2,
    )
    trainer.train()
    success = [line["env/success"] for line in metrics(trainer)]
    assert sum(success[:3]) / 3 < 0.5
    assert sum(success[-3:]) / 3 > 0.9


def test_several_turns_train_on_the_models_tokens_alone(make_trainer: Any, tokenizer: Any) -> None:
    trainer = make_trainer(env_kwargs={"max_turns": 3, "spans": True}, max_steps=2)
    recorder = Recorder(trainer)
    trainer.train()
    batch, episodes = recorder.batches[0], recorder.episodes[0]
    turns = [len(episode.turns) for episode in episodes]
    assert max(turns) > 1
    live = batch["completion_mask"] * batch["tool_mask"]
    assert (live.sum(1) <= 6 * torch.tensor(turns)).all()
    longest = turns.index(max(turns))
    text = tokenizer.decode(batch["completion_ids"][longest][batch["completion_mask"][longest].bool()])
    assert text.count("<|im_start|>user\nodd<|im_end|>\n<|im_start|>user\nforged") == max(turns) - 1
    written = batch["completion_ids"][longest][live[longest].bool()].tolist()
    assert tokenizer.decode(written, skip_special_tokens=True) == "".join(t.action for t in episodes[longest].turns)


def test_resumed_run_ends_where_an_unbroken_one_does(make_trainer: Any, tmp_path: Path) -> None:
    steps = {"max_steps": 4, "save_strategy": "steps", "save_steps": 2}
    whole = make_trainer(**steps, output_dir=str(tmp_path / "whole"))
    whole.train()
    expected = {name: value.clone() for name, value in whole.model.state_dict().items()}
    resumed = make_trainer(**steps, output_dir=str(tmp_path / "whole"))
    resumed.train(resume_from_checkpoint=str(tmp_path / "whole" / "checkpoint-2"))
    assert resumed.state.global_step == 4
    assert all(torch.equal(expected[name], value) for name, value in resumed.model.state_dict().items())
    assert [line["step"] for line in metrics(resumed)] == [1, 2, 3, 4]


def test_saved_model_is_a_plain_causal_model_with_the_bases_keys(make_trainer: Any, make_model: Any) -> None:
    trainer = make_trainer()
    trainer.train()
    trainer.save_model()
    loaded = AutoModelForCausalLM.from_pretrained(trainer.args.output_dir)
    assert set(loaded.state_dict()) == set(make_model().state_dict())
    assert all(torch.equal(value, trainer.model.state_dict()[name]) for name, value in loaded.state_dict().items())


def test_seeds_are_different_and_repeatable() -> None:
    seeds = seed_dataset(100, seed=1)["seed"]
    assert len({*seeds}) == 100
    assert list(seeds) == list(seed_dataset(100, seed=1)["seed"])
    assert not {*seeds} & {*seed_dataset(100, seed=2)["seed"]}


def test_plain_grpo_options_are_refused(make_model: Any, tokenizer: Any, options: Any) -> None:
    with pytest.raises(TypeError, match="args must be an RLVRConfig, got GRPOConfig"):
        RLVRTrainer(make_model(), env="rlvr/Echo-v0", args=GRPOConfig(**options()), processing_class=tokenizer)


def test_groups_are_shaped_before_their_advantages(make_trainer: Any) -> None:
    trainer = make_trainer(wrappers=["tests.train.shapers:First"], env_kwargs={"max_turns": 2}, max_steps=1, credit_lambda=0.0)
    recorder = Recorder(trainer)
    trainer.train()
    (batch,), (episodes,), (line,) = recorder.batches, recorder.episodes, metrics(trainer)
    for begin in (0, 4):
        # The first of each group got 4 for its last answer, and a span; what earlier turns got stays.
        got = [episode.reward for episode in episodes[begin : begin + 4]]
        solved = [float(episode.last["is_success"]) for episode in episodes[begin : begin + 4]]
        assert got == [solved[0] + 4.0, *solved[1:]]
        first = float(bool(episodes[begin].turns[-1].action))  # an answer may be empty
        assert [len(e.last["credit"]) for e in episodes[begin : begin + 4]] == [first, 0, 0, 0]
        assert all("first" not in turn.info["reward_terms"] for e in episodes for turn in e.turns[:-1])
        mean, std = torch.tensor(got).mean(), torch.tensor(got).std()
        live = batch["completion_mask"] * batch["tool_mask"]
        rows = batch["advantages"][begin : begin + 4]
        spans = torch.tensor([-0.5 * first, 0.0, 0.0, 0.0])  # verified spans add their value once
        expected = (torch.tensor(got) - mean) / (std + 1e-4) * live[begin : begin + 4].sum(1) + spans
        assert rows.sum(1) == pytest.approx(expected, abs=1e-4)
    assert line["reward_terms/first"] == pytest.approx(1.0)  # 4 for one of four


def test_lost_answers_are_no_siblings(make_trainer: Any) -> None:
    trainer = make_trainer(wrappers=["tests.train.shapers:Size"], env_kwargs={"lost": (0, 1)}, max_steps=1)
    recorder = Recorder(trainer)
    trainer.train()
    (episodes,) = recorder.episodes
    for group in (episodes[:4], episodes[4:]):
        kept = [episode for episode in group if episode.trainable]
        assert [episode.last["reward_terms"]["size"] for episode in kept] == [float(len(kept))] * len(kept)
        assert all("size" not in e.last["reward_terms"] for e in group if not e.trainable)


def test_evidence_reaches_shapers_of_groups_and_no_info(make_trainer: Any) -> None:
    trainer = make_trainer(wrappers=["tests.train.shapers:Passed"], max_steps=1)
    recorder = Recorder(trainer)
    trainer.train()
    (episodes,) = recorder.episodes
    for episode in episodes:
        assert episode.last["reward_terms"]["passed"] == 1.0 + 2.0 * episode.last["is_success"]
        assert "HiddenCase" not in repr(episode.last)


def test_groups_that_a_process_would_not_hold_whole_are_refused() -> None:
    shaping, plain = parse_recipe(["tests.train.shapers:Size"]), parse_recipe(["PassFraction"])
    with pytest.raises(ValueError, match=r"must be a multiple of num_generations .* got 6 and 4"):
        check_group_size(shaping, 6, 4)
    check_group_size(shaping, 8, 4)
    check_group_size(plain, 6, 4)
