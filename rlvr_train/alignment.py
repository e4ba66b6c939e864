"""Characters of a decoded answer to the tokens that produced them, and back.

The offsets come from the *sampled* token ids: ids are decoded once, in order, and never encoded again, since encoding the
text anew may give other tokens than the model chose.  The text that results is the one the environment gets, so a span in
characters of the action always has a place in tokens.

Guaranteed for byte-level tokenizers (GPT-2, Llama 3, Qwen, SmolLM, ...): a character belongs to exactly the tokens that
hold a byte of it, also where a character is split over tokens, where bytes are not valid UTF-8 (each maximal invalid part
is one U+FFFD) and where the answer was cut within a character.  For other tokenizers see :class:`StreamDecoder`.
Cost: linear in the number of tokens.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers.decoders import DecodeStream
from transformers import PreTrainedTokenizerBase
from transformers.convert_slow_tokenizer import bytes_to_unicode


@dataclass(frozen=True)
class TokenText:
    """A decoded answer of ``T`` tokens.

    Attributes:
        text: The decoded text, without special tokens.
        start_t: [T] first character that token ``t`` has a part in.
        end_t: [T] one past the last such character; equal to ``start_t`` for a token without text (special tokens).
    """

    text: str
    start_t: NDArray[np.int64]
    end_t: NDArray[np.int64]

    def __len__(self) -> int:
        """Returns the number of tokens."""
        return len(self.start_t)

    def covering(self, start: int, end: int) -> NDArray[np.bool_]:
        """Returns [T] which tokens have a part in ``text[start:end]`` (characters, half-open)."""
        return (self.start_t < end) & (self.end_t > start) & (self.end_t > self.start_t)


class TokenDecoder(Protocol):
    """Turns sampled ids into text with the place of each token."""

    def decode(self, ids: Sequence[int]) -> TokenText:
        """Decodes ``ids``; special tokens get no text."""
        ...


class ByteLevelDecoder:
    """Exact decoder for byte-level tokenizers, whose tokens stand for fixed strings of bytes."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        """Takes a tokenizer whose decoder is byte-level."""
        self._tokenizer = tokenizer
        self._special = frozenset(tokenizer.all_special_ids)
        self._byte_of = {char: byte for byte, char in bytes_to_unicode().items()}
        self._bytes_of_id: dict[int, bytes] = {}

    def decode(self, ids: Sequence[int]) -> TokenText:
        """Decodes ``ids``; invalid UTF-8 becomes U+FFFD, once for each maximal invalid part."""
        pieces = [self._bytes(token) for token in ids]
        text, char_of_byte = _decode_utf8(b"".join(pieces))
        byte_end = np.cumsum([len(piece) for piece in pieces], dtype=np.int64)
        byte_start = byte_end - np.array([len(piece) for piece in pieces], dtype=np.int64)
        # One more entry, so that a token without bytes at the very end has a place too.
        char_of_byte = np.append(char_of_byte, len(text))
        start_t = char_of_byte[byte_start]
        end_t = np.where(byte_end > byte_start, char_of_byte[np.maximum(byte_end - 1, 0)] + 1, start_t)
        return TokenText(text, start_t, end_t)

    def _bytes(self, token: int) -> bytes:
        known = self._bytes_of_id.get(token)
        if known is None:
            known = b"" if token in self._special else self._to_bytes(self._tokenizer.convert_ids_to_tokens(token))
            self._bytes_of_id[token] = known
        return known

    def _to_bytes(self, token: str | None) -> bytes:
        if token is None:  # an id beyond the vocabulary (padded embedding tables): the tokenizer decodes it to nothing
            return b""
        # Like the decoder itself: a token with any character outside the byte alphabet is taken literally.
        mapped = [self._byte_of.get(char) for char in token]
        literal = any(byte is None for byte in mapped)
        return token.encode("utf-8") if literal else bytes(byte for byte in mapped if byte is not None)


class StreamDecoder:
    """Decoder for any other fast tokenizer (byte fallback, Metaspace, ...), over the library's own incremental decoder.

    A character belongs to the tokens that were read since the last complete character.  So text is placed exactly, except
    that invalid bytes in the middle share their tokens with the character that follows them.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        """Takes a tokenizer with a fast backend."""
        self._tokenizer = tokenizer
        self._backend = tokenizer.backend_tokenizer

    def decode(self, ids: Sequence[int]) -> TokenText:
        """Decodes ``ids``.

        Raises:
            ValueError: Incremental and whole decoding of this tokenizer differ, so no place could be trusted.
        """
        stream = DecodeStream(skip_special_tokens=True)
        special = frozenset(self._tokenizer.all_special_ids)
        start_t = np.zeros(len(ids), dtype=np.int64)
        end_t = np.zeros(len(ids), dtype=np.int64)
        text = ""
        pending: list[int] = []
        for t, token in enumerate(ids):
            start_t[t] = end_t[t] = len(text)
            if token in special:
                continue
            pending.append(t)
            chunk = stream.step(self._backend, token)
            if chunk is not None:
                text += chunk
                end_t[pending] = len(text)
                pending = []
        whole = str(self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))
        if not whole.startswith(text):
            raise ValueError(
                f"the tokenizer must decode step by step to the same text as at once, got {text!r} and {whole!r}; "
                "use a byte-level tokenizer, or switch token credit off (credit_lambda=0, verified_coef=0, blame_coef=0)"
            )
        end_t[pending] = len(whole)
        return TokenText(whole, start_t, end_t)


def token_decoder(tokenizer: PreTrainedTokenizerBase) -> TokenDecoder:
    """Returns the decoder that fits ``tokenizer``.

    Raises:
        ValueError: The tokenizer has no fast backend.
    """
    if not tokenizer.is_fast:
        raise ValueError(f"the tokenizer must have a fast backend, got {type(tokenizer).__name__}; convert it to one first")
    decoder = json.loads(tokenizer.backend_tokenizer.to_str())["decoder"]
    steps = decoder["decoders"] if decoder and decoder["type"] == "Sequence" else [decoder]
    byte_level = len(steps) == 1 and steps[0] is not None and steps[0]["type"] == "ByteLevel"
    return ByteLevelDecoder(tokenizer) if byte_level else StreamDecoder(tokenizer)


def _decode_utf8(data: bytes) -> tuple[str, NDArray[np.int64]]:
    """Decodes like ``errors="replace"``; returns the text and, for each byte, the index of its character."""
    texts: list[str] = []
    places: list[NDArray[np.int64]] = []
    position = chars = 0
    while position < len(data):
        try:
            good, bad = data[position:].decode("utf-8"), 0
        except UnicodeDecodeError as error:
            good, bad = data[position : position + error.start].decode("utf-8"), error.end - error.start
        size = len(data) - position if not bad else len(good.encode("utf-8"))
        raw = np.frombuffer(data, dtype=np.uint8, count=size, offset=position)
        places.append(chars - 1 + np.cumsum((raw & 0xC0) != 0x80, dtype=np.int64))
        texts.append(good)
        chars += len(good)
        if bad:
            places.append(np.full(bad, chars, dtype=np.int64))
            texts.append("\ufffd")
            chars += 1
        position += size + bad
    return "".join(texts), np.concatenate(places) if places else np.zeros(0, dtype=np.int64)
