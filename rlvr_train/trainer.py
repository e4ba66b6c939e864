"""RLVRTrainer: TRL's GRPOTrainer on environments, with advantages per token.

Three additions, and nothing else of TRL is changed, so every loss type, KL, entropy and precision option keeps its meaning:

1. a rollout that plays episodes of a vector environment (token in, token out; text of the environment is masked);
2. the reward is the environment's; a sample with ``trainable`` False has none, and all its tokens are out of the loss;
3. one hook replaces the group advantages [B] by token advantages [B, T] (:mod:`rlvr_train.advantages`).

With no credit a step equals one of ``GRPOTrainer`` bit for bit.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate.utils import gather_object
from datasets import Dataset
from transformers import PreTrainedModel, PreTrainedTokenizerBase, TrainerCallback

from rlvr_envs.wrappers import RecipeLike
from rlvr_train import _vllm
from rlvr_train._trl import Batch, HookedGRPOTrainer, rollout_is_experimental_upstream
from rlvr_train.advantages import token_advantages
from rlvr_train.alignment import token_decoder
from rlvr_train.chat import ChatFormat
from rlvr_train.config import RLVRConfig
from rlvr_train.credit import TurnCredit
from rlvr_train.diagnostics import MetricsFile, Sums, credit_sums, episode_sums, merged_means, sampling_sums
from rlvr_train.episodes import Episode, EpisodeRunner
from rlvr_train.groups import check_group_size, shape_groups
from rlvr_train.policies import ChatPolicy
from rlvr_train.rollout import TokenRollout, Transcript, training_fields


class RLVRTrainer(HookedGRPOTrainer):
    """Trains a causal language model on an environment.

    Example::

        trainer = RLVRTrainer(
            model="HuggingFaceTB/SmolLM2-135M-Instruct",
            env="rlvr/Code-v0",
            env_kwargs={"split": "train"},
            wrappers=["PassFraction", "SyntaxCredit", "TracebackCredit"],
            args=RLVRConfig(output_dir="runs/first", max_steps=20),
        )
        trainer.train()
        trainer.save_model()

    What ``save_model`` writes is a plain causal language model with the keys of the base model.
    """

    def __init__(
        self,
        model: str | PreTrainedModel,
        *,
        env: str,
        env_kwargs: Mapping[str, Any] | None = None,
        wrappers: RecipeLike = (),
        args: RLVRConfig | None = None,
        processing_class: PreTrainedTokenizerBase | None = None,
        callbacks: Sequence[TrainerCallback] = (),
        optimizers: tuple[Any, Any] = (None, None),
        quantization_config: Any = None,
        peft_config: Any = None,
    ) -> None:
        """Makes the environments, then the trainer, and the generation engine if there is one.

        Args:
            model: A model, or the path or hub id of one.
            env: Id of a registered environment with a ``TextVectorEnv``.
            env_kwargs: Options of the environment.
            wrappers: Recipe of wrappers, innermost first; shapers of groups see the last answers of each group.
            args: Options; ``RLVRConfig()`` when None.
            processing_class: Tokenizer with a chat template; the model's own when None.
            callbacks: Further callbacks of the training loop.
            optimizers: As in TRL.
            quantization_config: As in TRL.
            peft_config: As in TRL.

        Raises:
            TypeError: ``args`` is not an ``RLVRConfig``.
            ValueError: Options do not fit together, or the tokenizer has no chat template or no fast backend.
            MissingExtra: vLLM was asked for and is not installed.
        """
        args = RLVRConfig() if args is None else args
        if not isinstance(args, RLVRConfig):
            raise TypeError(f"args must be an RLVRConfig, got {type(args).__name__}")
        on_cpu = prepare_vllm(args)
        rows = args.per_device_train_batch_size * args.steps_per_generation
        self.runner = EpisodeRunner(env, rows, env_kwargs=env_kwargs, wrappers=wrappers)
        check_group_size(self.runner.recipe, rows, args.num_generations)
        self._episodes: list[Episode] = []
        self._credits: list[tuple[TurnCredit, ...]] = []
        self._seconds: Sums = {}
        with rollout_is_experimental_upstream():
            super().__init__(
                model=model,
                reward_funcs=environment_reward,
                args=args,
                train_dataset=seed_dataset(args.train_tasks, seed=args.seed),
                processing_class=processing_class,
                callbacks=[MetricsFile(Path(args.output_dir) / "metrics.jsonl"), *callbacks],
                optimizers=optimizers,
                quantization_config=quantization_config,
                peft_config=peft_config,
                rollout_func=_play,
            )
        if on_cpu:
            _vllm.mend_cpu_sync(self.vllm_generation)
        tokenizer = self.processing_class
        self._chat = ChatFormat(tokenizer, eos_ids=self.eos_token_ids, template_kwargs=args.chat_template_kwargs)
        self._decoder = token_decoder(tokenizer)

    def policy(self) -> ChatPolicy:
        """Returns the current model as a policy over conversations, for :func:`rlvr_train.evaluate`, on the same generator."""
        return ChatPolicy(self._chat, self._decoder, self.sample, max_length=self._max_length())

    def close(self) -> None:
        """Closes the environments; idempotent."""
        self.runner.close()

    def begin_batch(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Resets one environment a row; rows of a group carry the same seed, so they get the same task."""
        self._episodes = self.runner.begin([row["seed"] for row in rows])
        return [{**row, "prompt": list(episode.messages)} for row, episode in zip(rows, self._episodes, strict=True)]

    def play_batch(self) -> dict[str, Any]:
        """Plays the episodes that were begun and returns the fields of a TRL rollout."""
        rollout = TokenRollout(
            self._chat,
            self._decoder,
            self.sample,
            turn_length=self.args.max_completion_length,
            max_length=self._max_length(),
        )
        begin = time.perf_counter()
        self.runner.play(self._episodes, rollout, agree=self.any_process)
        self._seconds = {"time/rollout_s": (time.perf_counter() - begin, 1.0), "time/generate_s": (rollout.generate_s, 1.0)}
        shape_groups(self.runner.recipe, self._episodes, self.args.num_generations)
        transcripts: list[Transcript] = [rollout.transcripts[row] for row in range(len(self._episodes))]
        self._credits = [transcript.credit(episode) for transcript, episode in zip(transcripts, self._episodes, strict=True)]
        return training_fields(transcripts, self._episodes, logprobs=self.use_vllm)

    def place_credit(self, advantages: torch.Tensor, live: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Returns token advantages [B, T], or the group advantages [B] as they are when all credit is switched off."""
        limits = (self.vllm_importance_sampling_clip_min, self.vllm_importance_sampling_clip_max)
        sums = {
            **episode_sums(self._episodes),
            **credit_sums(self._credits, live),
            **sampling_sums(batch, live, low=limits[0], high=limits[1]),
            **self._seconds,
        }
        self.record(merged_means(gather_object([sums])))
        settings = self.args.credit_settings
        return token_advantages(advantages, live, self._credits, settings) if settings.active else advantages

    def _max_length(self) -> int | None:
        engine = self.args.vllm_max_model_length if self.use_vllm else None
        model = getattr(self.model.config.get_text_config(), "max_position_embeddings", None)
        known = [limit for limit in (self.args.max_episode_length, engine, model) if limit is not None]
        return min(known) if known else None


def environment_reward(completions: Sequence[Any], episode: Sequence[Episode], **kwargs: Any) -> list[float | None]:
    """Returns each episode's return; None, so no reward at all, where the sample must not train.

    ``kwargs`` holds what TRL hands to every reward function (prompts, state, ...), none of which decides a reward here.
    """
    return [each.reward if each.trainable else None for each in episode]


def seed_dataset(tasks: int, *, seed: int) -> Dataset:
    """Returns a data set of ``tasks`` different 32-bit seeds; prompts are filled in when the environment has been reset."""
    rng = np.random.default_rng(np.random.SeedSequence(entropy=seed))
    seeds = rng.choice(2**32, size=tasks, replace=False)
    placeholder = [{"role": "user", "content": ""}]
    return Dataset.from_dict({"prompt": [placeholder] * tasks, "seed": seeds.tolist()})


def _play(prompts: list[Any], trainer: RLVRTrainer) -> dict[str, Any]:
    """TRL's ``rollout_func``; the prompts are those of the episodes that the trainer has begun."""
    return trainer.play_batch()


def prepare_vllm(args: RLVRConfig) -> bool:
    """Checks vLLM if it is asked for; returns whether the engine will run on this process's CPU.

    Raises:
        MissingExtra: vLLM was asked for and is not installed.
        UnsupportedVersion: The installed vLLM was not tested, or TRL does not accept it.
    """
    if not args.use_vllm:
        return False
    on_cpu = bool(args.vllm_mode == "colocate" and args.device.type == "cpu")
    if on_cpu:
        _vllm.prepare_cpu_engine()
    else:  # a server's client, too, sends weights through vLLM
        _vllm.require_vllm()
    return on_cpu
