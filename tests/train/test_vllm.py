"""vLLM on a CPU with the tiny model: training runs on its samples, and it really gets the new weights."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from rlvr_train import RLVRConfig, RLVRTrainer, evaluate

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.slow,
    # Deprecations inside vLLM and what it loads while an engine starts.
    pytest.mark.filterwarnings("ignore"),
]

if importlib.util.find_spec("vllm") is not None and torch.cuda.is_available():
    pytest.skip("on a GPU the engine is TRL's own affair", allow_module_level=True)


@pytest.fixture(scope="module")
def trained(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One engine for the module: four steps on the parity task."""
    config = RLVRConfig(
        output_dir=str(tmp_path_factory.mktemp("vllm")),
        per_device_train_batch_size=8,
        num_generations=4,
        max_completion_length=8,
        max_steps=4,
        learning_rate=1e-2,
        bf16=False,
        use_cpu=True,
        gradient_checkpointing=False,
        disable_tqdm=True,
        report_to=[],
        save_strategy="no",
        use_vllm=True,
        vllm_mode="colocate",
        vllm_max_model_length=128,
    )
    trainer = RLVRTrainer(str(model_folder), env="test/Parity-v0", env_kwargs={"max_turns": 2}, args=config)
    trainer.train()
    yield trainer
    trainer.close()


def lines(trainer: RLVRTrainer) -> list[dict[str, Any]]:
    text = (Path(trainer.args.output_dir) / "metrics.jsonl").read_text()
    return [line for line in map(json.loads, text.splitlines()) if "loss" in line]


def test_sampler_follows_the_trained_weights(trained: RLVRTrainer) -> None:
    assert len(lines(trained)) == 4
    assert all(line["grad_norm"] > 0 for line in lines(trained)[:2])
    for line in lines(trained):  # one stale weight would show as a gap of .1 and more at this learning rate
        assert line["sampling/sampling_logp_difference/mean"] < 0.02
        assert line["sampling/raw_weight"] == pytest.approx(1.0, abs=0.02)
        assert line["sampling/cut_share"] == 0.0


@torch.no_grad()
def trainer_logprobs(trainer: RLVRTrainer, prompt: list[int], ids: list[int]) -> list[float]:
    logits = trainer.model(input_ids=torch.tensor([prompt + ids])).logits.log_softmax(-1)[0, len(prompt) - 1 :]
    return [float(logits[i, token]) for i, token in enumerate(ids)]


def largest_gap(trainer: RLVRTrainer, prompt: list[int]) -> float:
    trainer._last_loaded_step = -1  # the weights were changed outside of a step
    ids, logprobs = trainer.sample([prompt] * 4)
    assert logprobs is not None
    ours = [trainer_logprobs(trainer, prompt, row) for row in ids]
    return max(abs(a - b) for row, other in zip(ours, logprobs, strict=True) for a, b in zip(row, other, strict=True))


def test_every_changed_weight_reaches_the_sampler(trained: RLVRTrainer) -> None:
    prompt = trained._chat.prompt([{"role": "user", "content": "add 1"}])
    for name, weight in trained.model.named_parameters():
        kept = weight.detach().clone()
        before = trainer_logprobs(trained, prompt, [70, 71, 72])
        with torch.no_grad():
            weight.mul_(-2.0).add_(0.1)
        after = trainer_logprobs(trained, prompt, [70, 71, 72])
        moved = max(abs(a - b) for a, b in zip(before, after, strict=True))
        gap = largest_gap(trained, prompt)
        with torch.no_grad():
            weight.copy_(kept)
        assert gap < max(0.1 * moved, 0.01), f"{name}: moved by {moved}, gap {gap}"


def test_evaluation_runs_on_the_same_engine(trained: RLVRTrainer) -> None:
    result = evaluate(trained.policy(), "test/Parity-v0", seeds=[1, 2, 3], samples=4, ks=(1, 4))
    assert [task.samples for task in result.tasks] == [4, 4, 4]
