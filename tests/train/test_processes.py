"""Two processes: groups that are split between them, and episodes of unequal length, still make one step."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import functools, json, sys
import gymnasium as gym
from rlvr_envs.episode import Outcome
from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.info import Feedback
from rlvr_envs.vector import TextVectorEnv
from rlvr_train import RLVRConfig, RLVRTrainer

class Parity(EchoEnv):
    def _judge_one(self, word, text):
        return Outcome(Feedback(verdict="wrong" if sum(map(ord, text)) % 2 else "solved"), observation="again")

if __name__ == "__main__":
    model, output = sys.argv[1:]
    gym.register("Two-v0", entry_point=Parity, vector_entry_point=functools.partial(TextVectorEnv, "Two-v0"))
    args = RLVRConfig(output_dir=output, per_device_train_batch_size=6, num_generations=4, max_completion_length=6,
                      max_steps=2, learning_rate=1e-2, bf16=False, use_cpu=True, gradient_checkpointing=False,
                      disable_tqdm=True, report_to="none", save_strategy="no", blame_coef=0.1)
    trainer = RLVRTrainer(model, env="Two-v0", env_kwargs={"max_turns": 3}, args=args)
    turns, score = [], trainer._generate_and_score_completions
    def record(rows):
        batch = score(rows)
        turns.append([len(episode.turns) for episode in trainer._episodes])
        return batch
    trainer._generate_and_score_completions = record
    trainer.train()
    weights = sum(weight.double().abs().sum().item() for weight in trainer.model.parameters())
    rank = trainer.accelerator.process_index
    with open(f"{output}/{rank}.json", "w") as file:
        json.dump({"turns": turns, "weights": weights}, file)
    trainer.close()
"""


@pytest.mark.slow
def test_two_processes_train_one_model(tmp_path: Path, model_folder: Path) -> None:
    script, output = tmp_path / "script.py", tmp_path / "run"
    script.write_text(SCRIPT)
    output.mkdir()
    launch = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--rdzv-backend", "c10d"]
    command = [*launch, "--rdzv-endpoint", "localhost:0", str(script), str(model_folder), str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    first, second = (json.loads((output / f"{rank}.json").read_text()) for rank in (0, 1))
    assert first["weights"] == second["weights"]
    assert first["turns"] != second["turns"]
    line = json.loads((output / "metrics.jsonl").read_text().splitlines()[0])
    assert line["env/turns"] == pytest.approx(sum(first["turns"][0] + second["turns"][0]) / 12)
    assert line["grad_norm"] > 0
