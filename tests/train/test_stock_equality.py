"""Without credit, a step equals one of TRL's own trainer bit for bit; and TRL keeps what the one hook relies on."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from datasets import Dataset
from transformers import set_seed
from trl import GRPOConfig, GRPOTrainer

from rlvr_train import RLVRConfig, RLVRTrainer
from rlvr_train.episodes import EpisodeRunner
from rlvr_train.trainer import seed_dataset

LOSSES = ["grpo", "bnpo", "dr_grpo", "dapo", "cispo", "sapo", "luspo", "vespo"]
TASKS = 8
NO_CREDIT = {"credit_lambda": 0.0, "verified_coef": 0.0, "blame_coef": 0.0}


def parity_reward(prompts: list[Any], completions: list[Any], **kwargs: Any) -> list[float]:
    """The rule of test/Parity-v0 as a reward function for the stock trainer."""
    numbers = [int(prompt[-1]["content"].split()[1]) for prompt in prompts]
    texts = [completion[0]["content"] for completion in completions]
    return [float((number + sum(map(ord, text))) % 2 == 0) for number, text in zip(numbers, texts, strict=True)]


def stock_dataset() -> Dataset:
    runner = EpisodeRunner("test/Parity-v0", TASKS)
    episodes = runner.begin(seed_dataset(TASKS, seed=42)["seed"])
    runner.close()
    return Dataset.from_dict({"prompt": [episode.messages for episode in episodes]})


def weights_and_losses(trainer: Any) -> tuple[dict[str, torch.Tensor], list[float]]:
    set_seed(1)  # both draw their samples from the same stream
    trainer.train()
    weights = {name: value.detach().clone() for name, value in trainer.model.state_dict().items()}
    return weights, [line["loss"] for line in trainer.state.log_history if "loss" in line]


def assert_equal_runs(ours: Any, stock: Any) -> None:
    before = {name: value.detach().clone() for name, value in stock.model.state_dict().items()}
    our_weights, our_losses = weights_and_losses(ours)
    stock_weights, stock_losses = weights_and_losses(stock)
    assert our_losses == stock_losses
    assert any(not torch.equal(before[name], stock_weights[name]) for name in before)  # the steps did something
    assert all(torch.equal(our_weights[name], stock_weights[name]) for name in stock_weights)


@pytest.fixture
def trainers(make_model: Any, tokenizer: Any, options: Any) -> Any:
    def make(own: dict[str, Any], **changes: Any) -> tuple[RLVRTrainer, GRPOTrainer]:
        common = options(**{"seed": 42, "max_completion_length": 40, **changes})  # so long that some answers end before
        config = RLVRConfig(**common, **own, train_tasks=TASKS)
        ours = RLVRTrainer(make_model(), env="test/Parity-v0", args=config, processing_class=tokenizer)
        stock = GRPOTrainer(
            make_model(),
            reward_funcs=parity_reward,
            args=GRPOConfig(**common),
            train_dataset=stock_dataset(),
            processing_class=tokenizer,
        )
        return ours, stock

    return make


@pytest.mark.parametrize("loss_type", LOSSES)
def test_step_without_credit_equals_stock(trainers: Any, loss_type: str) -> None:
    assert_equal_runs(*trainers(NO_CREDIT, loss_type=loss_type))


@pytest.mark.parametrize("loss_type", [loss for loss in LOSSES if loss != "luspo"])
def test_constant_token_advantages_equal_stock(trainers: Any, loss_type: str) -> None:
    assert_equal_runs(*trainers({}, loss_type=loss_type))  # credit is on, but no answer has a span


@pytest.mark.parametrize(
    "changes",
    [
        {"importance_sampling_level": "sequence", "loss_type": "grpo"},
        {"scale_rewards": "none"},
        {"gradient_accumulation_steps": 2, "per_device_train_batch_size": 4},
        {"steps_per_generation": 2, "num_iterations": 2, "per_device_train_batch_size": 4},
        {"entropy_coef": 0.01, "top_entropy_quantile": 0.5},
        {"mask_truncated_completions": True, "max_completion_length": 120},
    ],
    ids="-".join,
)
def test_other_options_keep_their_meaning(trainers: Any, changes: dict[str, Any]) -> None:
    assert_equal_runs(*trainers(NO_CREDIT, **changes))


# What the hook relies on -----------------------------------------------------------------------------------------


def loss_batch(trainer: Any, advantages: torch.Tensor) -> dict[str, torch.Tensor]:
    """Two answers of four tokens after prompts of two, the second with two tokens of an environment within."""
    ids = torch.tensor([[10, 11, 12, 13], [14, 15, 16, 17]])
    return {
        "prompt_ids": torch.tensor([[5, 6], [7, 8]]),
        "prompt_mask": torch.ones(2, 2, dtype=torch.long),
        "completion_ids": ids,
        "completion_mask": torch.ones_like(ids),
        "tool_mask": torch.tensor([[1, 1, 1, 1], [1, 0, 0, 1]]),
        "advantages": advantages,
        "num_items_in_batch": torch.tensor(6),
    }


def gradient(trainer: Any, advantages: torch.Tensor) -> torch.Tensor:
    trainer.model.train()
    trainer.model.zero_grad()
    trainer.current_gradient_accumulation_steps = 1
    trainer._compute_loss(trainer.model, loss_batch(trainer, advantages)).backward()
    return torch.cat([p.grad.flatten() for p in trainer.model.parameters() if p.grad is not None]).clone()


@pytest.fixture
def trainer_of(make_model: Any, tokenizer: Any, options: Any) -> Any:
    def make(**changes: Any) -> RLVRTrainer:
        config = RLVRConfig(**options(**changes), **NO_CREDIT, train_tasks=TASKS)
        return RLVRTrainer(make_model(), env="test/Parity-v0", args=config, processing_class=tokenizer)

    return make


@pytest.mark.parametrize("loss_type", [loss for loss in LOSSES if loss != "luspo"])
def test_token_level_losses_send_each_tokens_credit_to_that_token(trainer_of: Any, loss_type: str) -> None:
    trainer = trainer_of(loss_type=loss_type)
    ones = torch.tensor([[1.0] * 4, [1.0, 0.0, 0.0, 1.0]])
    left, right = ones.clone(), ones.clone()
    left[:, 2:], right[:, :2] = 0.0, 0.0
    # On policy the gradient is linear in the advantages: two halves add up, and neither alone is half of the whole.
    whole = gradient(trainer, ones)
    halves = gradient(trainer, left), gradient(trainer, right)
    assert torch.allclose(halves[0] + halves[1], whole, atol=1e-6)
    assert not torch.allclose(halves[0], whole / 2, atol=1e-4)


def test_tokens_of_the_environment_have_no_gradient(trainer_of: Any) -> None:
    inside = torch.tensor([[0.0] * 4, [0.0, 5.0, 5.0, 0.0]])
    assert gradient(trainer_of(), inside).abs().max() == 0.0


def test_sequence_level_averages_credit_away_which_is_why_it_is_refused(trainer_of: Any) -> None:
    trainer = trainer_of(importance_sampling_level="sequence", loss_type="grpo")
    credit = torch.tensor([[4.0, 0.0, 0.0, 0.0], [0.0] * 4])
    uniform = torch.tensor([[1.0] * 4, [0.0] * 4])
    assert torch.allclose(gradient(trainer, credit), gradient(trainer, uniform), atol=1e-6)
