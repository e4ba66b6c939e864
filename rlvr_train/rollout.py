"""Token in, token out: the token side of playing episodes.

Each generated id is kept as the sampler chose it and never encoded again.  Text of the environment is encoded once, when it
arrives, and masked.  So the trained sequence is exactly the one that was sampled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rlvr_train.alignment import TokenDecoder, TokenText
from rlvr_train.chat import ChatFormat
from rlvr_train.credit import TurnCredit, turn_credit
from rlvr_train.episodes import Episode, Request

#: Contexts -> (generated ids, their log-probs under the sampler or None), one entry a context.
Generate = Callable[[list[list[int]]], tuple[list[list[int]], "list[list[float | None]] | None"]]


@dataclass(frozen=True)
class TurnTokens:
    """Where a turn's tokens begin in the completion, their text, and how many characters were given before it."""

    start: int
    text: TokenText
    prefill_chars: int


@dataclass
class Transcript:
    """The tokens of one episode.

    ``completion_ids`` begin with the model's first answer; ``mask`` is 1 where the model wrote, 0 where the environment did.
    """

    prompt_ids: list[int] = field(default_factory=list)
    completion_ids: list[int] = field(default_factory=list)
    mask: list[int] = field(default_factory=list)
    logprobs: list[float | None] = field(default_factory=list)
    turns: list[TurnTokens] = field(default_factory=list)

    @property
    def context(self) -> list[int]:
        """All ids so far."""
        return self.prompt_ids + self.completion_ids

    def observe(self, ids: Sequence[int]) -> None:
        """Appends text of the environment."""
        self.completion_ids += ids
        self.mask += [0] * len(ids)
        self.logprobs += [0.0] * len(ids)

    def answer(self, ids: Sequence[int], logprobs: Sequence[float | None] | None, text: TokenText, prefill: str) -> None:
        """Appends an answer of the model."""
        self.turns.append(TurnTokens(len(self.completion_ids), text, len(prefill)))
        self.completion_ids += ids
        self.mask += [1] * len(ids)
        self.logprobs += [0.0] * len(ids) if logprobs is None else list(logprobs)

    def credit(self, episode: Episode) -> tuple[TurnCredit, ...]:
        """Returns the credit of each turn; nothing for an episode that must not train."""
        if not episode.trainable:
            return ()
        return tuple(
            turn_credit(
                turn.info["credit"],
                tokens.text,
                start=tokens.start,
                prefill_chars=tokens.prefill_chars,
                failed=not turn.info["is_success"],
            )
            for tokens, turn in zip(self.turns, episode.turns, strict=True)
        )


class TokenRollout:
    """A policy for :meth:`EpisodeRunner.play` that generates tokens and keeps a transcript for each row."""

    def __init__(
        self, chat: ChatFormat, decoder: TokenDecoder, generate: Generate, *, turn_length: int, max_length: int | None
    ) -> None:
        """Starts empty transcripts.

        Args:
            chat: Encodes text of the environment.
            decoder: Decodes answers, with the place of each token.
            generate: The sampler.
            turn_length: Most tokens that ``generate`` writes in one answer.
            max_length: Most tokens of an episode, prompt included, None for no limit.  A further turn begins only if it
                fits whole.
        """
        self._chat, self._decoder, self._generate = chat, decoder, generate
        self._turn_length, self._max_length = turn_length, max_length
        self.transcripts: dict[int, Transcript] = {}
        self.generate_s = 0.0

    def __call__(self, requests: Sequence[Request]) -> list[str | None]:
        """Answers the requests, all in one call of the sampler; None where a further turn has no room.

        Raises:
            ValueError: A first prompt alone leaves no room for an answer.
        """
        going = [request for request in requests if self._extend(request)]
        begin = time.perf_counter()
        answers, logprobs = self._generate([self.transcripts[request.row].context for request in going])
        self.generate_s += time.perf_counter() - begin
        texts: dict[int, str] = {}
        for i, request in enumerate(going):
            text = self._decoder.decode(answers[i])
            logps = None if logprobs is None else logprobs[i]
            self.transcripts[request.row].answer(answers[i], logps, text, request.prefill)
            texts[request.row] = text.text
        return [texts.get(request.row) for request in requests]

    def _extend(self, request: Request) -> bool:
        """Appends what the environment said; returns whether there is room to answer."""
        prefill = self._chat.plain(request.prefill)
        if request.turn == 0:
            transcript = self.transcripts[request.row] = Transcript(self._chat.prompt(request.messages) + prefill)
            if self._max_length is not None and len(transcript.prompt_ids) >= self._max_length:
                raise ValueError(
                    f"a prompt must be shorter than the longest episode ({self._max_length} tokens), got "
                    f"{len(transcript.prompt_ids)} tokens; raise max_episode_length or vllm_max_model_length"
                )
            return True
        transcript = self.transcripts[request.row]
        last = transcript.completion_ids[transcript.turns[-1].start :]
        new = self._chat.between(last, list(request.messages)[-request.new :]) + prefill
        needed = len(transcript.context) + len(new) + self._turn_length
        if self._max_length is not None and needed > self._max_length:
            return False
        transcript.observe(new)
        return True


def training_fields(transcripts: Sequence[Transcript], episodes: Sequence[Episode], *, logprobs: bool) -> dict[str, Any]:
    """Returns the fields that a TRL ``rollout_func`` must return.

    The mask of an episode that must not train is 0 throughout: so it is out of the loss, of KL and entropy terms and of the
    token counts that normalise the loss.
    """
    return {
        "prompt_ids": [transcript.prompt_ids for transcript in transcripts],
        "completion_ids": [transcript.completion_ids for transcript in transcripts],
        "logprobs": [transcript.logprobs for transcript in transcripts] if logprobs else None,
        "env_mask": [
            transcript.mask if episode.trainable else [0] * len(transcript.mask)
            for transcript, episode in zip(transcripts, episodes, strict=True)
        ],
        "episode": list(episodes),
    }
