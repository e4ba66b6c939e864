"""The only module that touches private names of TRL; tested with TRL 1.16.

What it relies on: ``_generate_and_score_completions(rows)`` returns the batch with ``"advantages"`` of shape [B] in the
order of ``rows``; ``_compute_loss`` takes advantages of shape [B] or [B, T]; ``_generate_single_turn`` samples for token ids
with the weights in step; ``_metrics`` holds lists that ``log`` averages; ``vllm_generation._iter_named_params`` goes through
the weights as vLLM names them.  ``tests/train`` checks each of these against the installed version.
"""

from __future__ import annotations

import contextlib
import warnings
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from rlvr_train.versions import require

VERSION = require(("trl",), low="1.16", high="1.17", extra="train")

from trl import GRPOTrainer  # noqa: E402 - the version is checked first, so that a wrong one gives a clear error

Batch = dict[str, Any]


class HookedGRPOTrainer(GRPOTrainer):  # type: ignore[misc] # TRL is untyped at this border
    """GRPOTrainer with two hooks: before a batch is generated, and where its advantages are made."""

    @abstractmethod
    def begin_batch(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Returns the rows, with their prompts, that are to be generated for."""

    @abstractmethod
    def place_credit(self, advantages: torch.Tensor, live: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Returns the advantages to train with, of shape [B] or [B, T].

        Args:
            advantages: [B] the base trainer's.
            live: [B, T] 1 on tokens that count in the loss.
            batch: All that the loss gets.
        """

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> Batch:
        batch: Batch = super()._generate_and_score_completions(self.begin_batch(inputs))
        live = batch["completion_mask"]
        if "tool_mask" in batch:
            live = live * batch["tool_mask"]
        batch["advantages"] = self.place_credit(batch["advantages"], live, batch)
        return batch

    def sample(self, contexts: list[list[int]]) -> tuple[list[list[int]], list[list[float | None]] | None]:
        """Samples one completion for each context with the generator that the options name, weights in step.

        Collective over processes: each must call it equally often.  Processes may bring different numbers of contexts; they are
        filled up to the same number, since server and tensor-parallel generation gather them.
        """
        count = len(contexts)
        if self.accelerator.num_processes > 1:
            counts = self.accelerator.gather(torch.tensor([count], device=self.accelerator.device))
            filler = contexts[0] if contexts else [self._tokenizer.eos_token_id]
            contexts = contexts + [filler] * (int(counts.max()) - count)
        if not contexts:
            return [], None
        ids, logprobs = self._generate_single_turn(contexts, None, {}, 1)
        return [list(row) for row in ids[:count]], None if logprobs is None else logprobs[:count]

    def any_process(self, flag: bool) -> bool:
        """Returns whether the flag is set in any process; collective."""
        if self.accelerator.num_processes == 1:
            return flag
        return bool(self.accelerator.gather(torch.tensor([flag], device=self.accelerator.device)).any())

    def record(self, values: Mapping[str, float]) -> None:
        """Adds values to the next line of the log, which holds the mean over the batches since the last."""
        metrics = self._metrics["train" if self.model.training else "eval"]
        for name, value in values.items():
            metrics[name].append(value)


def named_weights(generation: Any) -> Iterator[tuple[str, torch.Tensor]]:
    """Iterates over the trained weights by the names that vLLM loads them by; ``generation`` is TRL's ``VLLMGeneration``."""
    weights: Iterator[tuple[str, torch.Tensor]] = generation._iter_named_params()
    return weights


@contextlib.contextmanager
def rollout_is_experimental_upstream() -> Iterator[None]:
    """Silences TRL's notice that ``rollout_func`` may change: the tested version range is the answer to it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="You are using 'rollout_func'", category=UserWarning)
        yield
