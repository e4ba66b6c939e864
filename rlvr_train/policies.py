"""Policies over conversations: what :func:`rlvr_train.evaluate` asks for answers.

A policy is any callable from requests to texts, so a scripted player, a remote model and a local one are evaluated alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from rlvr_train.alignment import TokenDecoder, token_decoder
from rlvr_train.chat import ChatFormat
from rlvr_train.episodes import Request
from rlvr_train.rollout import Generate

#: Answers to conversations, in order; an answer does not repeat its request's ``prefill``, None gives the episode up.
Policy = Callable[[Sequence[Request]], Sequence["str | None"]]


class ChatPolicy:
    """A token sampler as a policy: conversations are rendered by the chat template, each time anew."""

    def __init__(self, chat: ChatFormat, decoder: TokenDecoder, generate: Generate, *, max_length: int | None = None) -> None:
        """Takes the template, the decoder and the sampler.

        Args:
            chat: Renders conversations.
            decoder: Decodes answers.
            generate: The sampler.
            max_length: Most tokens of a context with its answer; an episode whose context leaves no room is given up.
        """
        self._chat, self._decoder, self._generate, self._max_length = chat, decoder, generate, max_length

    def __call__(self, requests: Sequence[Request]) -> list[str | None]:
        """Answers all requests in one call of the sampler."""
        contexts = [self._chat.prompt(request.messages) + self._chat.plain(request.prefill) for request in requests]
        fits = [self._max_length is None or len(context) < self._max_length for context in contexts]
        ids, _ = self._generate([context for context, fit in zip(contexts, fits, strict=True) if fit])
        answers = iter(ids)
        return [self._decoder.decode(next(answers)).text if fit else None for fit in fits]


def transformers_policy(
    model: Any, tokenizer: Any, *, max_new_tokens: int, temperature: float = 1.0, batch_size: int = 64
) -> ChatPolicy:
    """Returns a causal language model of transformers as a policy; it samples from the whole distribution.

    Args:
        model: The model, on its device.
        tokenizer: Its tokenizer, with a chat template and a padding token.
        max_new_tokens: Most tokens an answer.
        temperature: Sampling temperature, above 0.
        batch_size: Conversations a forward pass.
    """
    eos = _eos_ids(model.generation_config.eos_token_id, tokenizer.eos_token_id)

    @torch.inference_mode()
    def generate(contexts: list[list[int]]) -> tuple[list[list[int]], None]:
        answers: list[list[int]] = []
        for begin in range(0, len(contexts), batch_size):
            batch = tokenizer.pad(
                {"input_ids": contexts[begin : begin + batch_size]}, padding_side="left", return_tensors="pt"
            ).to(model.device)
            output = model.generate(
                **batch,
                max_new_tokens=max_new_tokens,
                do_sample=True,
                temperature=temperature,
                top_p=1.0,
                top_k=0,
                eos_token_id=eos,
                pad_token_id=tokenizer.pad_token_id,
            )
            answers += [_until(row, eos) for row in output[:, batch["input_ids"].shape[1] :].tolist()]
        return answers, None

    return ChatPolicy(ChatFormat(tokenizer, eos_ids=eos), token_decoder(tokenizer), generate)


def vllm_policy(llm: Any, tokenizer: Any, *, max_new_tokens: int, temperature: float = 1.0) -> ChatPolicy:
    """Returns a ``vllm.LLM`` as a policy; it samples from the whole distribution.

    Args:
        llm: The engine.
        tokenizer: The model's tokenizer, with a chat template.
        max_new_tokens: Most tokens an answer.
        temperature: Sampling temperature; 0 is greedy.
    """
    from vllm import SamplingParams

    def generate(contexts: list[list[int]]) -> tuple[list[list[int]], None]:
        parameters = SamplingParams(max_tokens=max_new_tokens, temperature=temperature)
        prompts = [{"prompt_token_ids": context} for context in contexts]
        outputs = llm.generate(prompts, sampling_params=parameters, use_tqdm=False)
        return [list(output.outputs[0].token_ids) for output in outputs], None

    eos = _eos_ids(None, tokenizer.eos_token_id)
    return ChatPolicy(ChatFormat(tokenizer, eos_ids=eos), token_decoder(tokenizer), generate)


def _eos_ids(declared: int | list[int] | None, tokenizers: int) -> list[int]:
    """Returns every id that ends an answer: those that the model declares and the tokenizer's."""
    ids = [] if declared is None else [declared] if isinstance(declared, int) else list(declared)
    return ids if tokenizers in ids else [tokenizers, *ids]


def _until(ids: list[int], eos: Sequence[int]) -> list[int]:
    """Returns ``ids`` up to and with the first end token."""
    ends = [i for i, token in enumerate(ids) if token in eos]
    return ids[: ends[0] + 1] if ends else ids
