"""Conversations to token ids, once each: the first prompt, and what stands between two answers of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from transformers import PreTrainedTokenizerBase

from rlvr_train.episodes import Message

#: Stand-ins for contents while a template is rendered; plain words, so that no template or tokenizer treats them specially.
_ANSWER = "rlvr-answer-goes-here"
_CONTENT = "rlvr-content-{}-goes-here"


class ChatFormat:
    """A tokenizer's chat template, cut into the parts that a rollout needs.

    Text of the environment may quote what the model wrote.  So after the first prompt, contents are encoded with special
    tokens split into characters: an answer that spells out an end-of-turn token cannot forge a turn of the conversation.
    """

    def __init__(
        self, tokenizer: PreTrainedTokenizerBase, *, eos_ids: Sequence[int], template_kwargs: Mapping[str, Any] | None = None
    ) -> None:
        """Takes the tokenizer and the ids that end an answer.

        Raises:
            ValueError: The tokenizer has no chat template.
        """
        if not tokenizer.chat_template:
            raise ValueError("the tokenizer must have a chat template, got none; set tokenizer.chat_template")
        self._tokenizer = tokenizer
        self._eos_ids = frozenset(eos_ids)
        self._template_kwargs = dict(template_kwargs or {})

    def prompt(self, messages: Sequence[Message]) -> list[int]:
        """Returns the ids of a conversation up to where the model's answer begins."""
        encoded = self._tokenizer.apply_chat_template(
            [list(messages)], add_generation_prompt=True, tokenize=True, return_dict=True, **self._template_kwargs
        )
        return list(encoded["input_ids"][0])

    def plain(self, text: str) -> list[int]:
        """Returns the ids of text in which nothing is a special token."""
        if not text:
            return []
        return list(self._tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"])

    def between(self, answer_ids: Sequence[int], messages: Sequence[Message]) -> list[int]:
        """Returns the ids from the end of an answer, over ``messages``, to where the next answer begins.

        The template ends an answer with an end-of-turn token.  If the model wrote it already it is not repeated; if the answer
        was cut at its token limit it is added here, as text of the environment.
        """
        contents = [_CONTENT.format(i) for i in range(len(messages))]
        stand_ins = [{**message, "content": content} for message, content in zip(messages, contents, strict=True)]
        rendered = self._tokenizer.apply_chat_template(
            [{"role": "user", "content": "?"}, {"role": "assistant", "content": _ANSWER}, *stand_ins],
            add_generation_prompt=True,
            tokenize=False,
            **self._template_kwargs,
        )
        rest = rendered.split(_ANSWER, 1)[1]
        ids: list[int] = []
        for message, content in zip(messages, contents, strict=True):
            frame, rest = rest.split(content, 1)
            ids += self._framing(frame) + self.plain(message["content"])
        ids += self._framing(rest)
        ended = bool(answer_ids) and answer_ids[-1] in self._eos_ids
        return ids[1:] if ended and ids[0] == answer_ids[-1] else ids

    def _framing(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"]) if text else []
