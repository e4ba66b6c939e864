"""Every character of an answer is covered by exactly the tokens that produced it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models
from transformers import PreTrainedTokenizerFast
from transformers.convert_slow_tokenizer import bytes_to_unicode

from rlvr_train.alignment import ByteLevelDecoder, StreamDecoder, TokenText, token_decoder


def byte_ids(tokenizer: Any, data: bytes) -> list[int]:
    """One token a byte, whatever merges the tokenizer knows."""
    table = bytes_to_unicode()
    return [tokenizer.convert_tokens_to_ids(table[byte]) for byte in data]


def covering(text: TokenText, start: int, end: int) -> list[int]:
    return np.flatnonzero(text.covering(start, end)).tolist()


def first_character(data: bytes) -> int:
    """Bytes of the first character, or of the first invalid part."""
    for size in range(1, 5):
        try:
            data[:size].decode("utf-8")
        except UnicodeDecodeError as error:
            if error.reason != "unexpected end of data":
                return error.end
        else:
            return min(size, len(data))
    return len(data)


def reference(tokenizer: Any, ids: list[int]) -> list[set[int]]:
    """Tokens of each character, found the slow way: which tokens' bytes lie in the character's bytes."""
    table = {char: byte for byte, char in bytes_to_unicode().items()}
    special = set(tokenizer.all_special_ids)
    owners: list[int] = []
    data = b""
    for t, token in enumerate(ids):
        piece = b"" if token in special else bytes(table[char] for char in tokenizer.convert_ids_to_tokens(token))
        data += piece
        owners += [t] * len(piece)
    characters: list[set[int]] = []
    while data:
        size = first_character(data)
        characters.append(set(owners[:size]))
        data, owners = data[size:], owners[size:]
    return characters


def test_ascii_token_covers_its_characters(tokenizer: Any) -> None:
    ids = byte_ids(tokenizer, b"abc")
    text = ByteLevelDecoder(tokenizer).decode(ids)
    assert text.text == "abc"
    assert covering(text, 1, 2) == [1]
    assert covering(text, 0, 3) == [0, 1, 2]


def test_character_split_over_tokens_belongs_to_all_of_them(tokenizer: Any) -> None:
    text = ByteLevelDecoder(tokenizer).decode(byte_ids(tokenizer, "x🙂y".encode()))
    assert text.text == "x🙂y"
    assert covering(text, 1, 2) == [1, 2, 3, 4]
    assert covering(text, 2, 3) == [5]


def test_answer_cut_within_a_character_ends_in_one_replacement(tokenizer: Any) -> None:
    text = ByteLevelDecoder(tokenizer).decode(byte_ids(tokenizer, "x🙂".encode()[:-1]))
    assert text.text == "x\ufffd"
    assert covering(text, 1, 2) == [1, 2, 3]


def test_special_tokens_have_no_text_and_are_never_covered(tokenizer: Any) -> None:
    a, b = byte_ids(tokenizer, b"ab")
    text = ByteLevelDecoder(tokenizer).decode([a, tokenizer.eos_token_id, b, tokenizer.eos_token_id])
    assert text.text == "ab"
    assert covering(text, 0, 2) == [0, 2]
    assert covering(text, 2, 9) == []


def test_special_token_between_the_bytes_of_a_character_is_not_part_of_it(tokenizer: Any) -> None:
    first, second = byte_ids(tokenizer, "é".encode())
    text = ByteLevelDecoder(tokenizer).decode([first, tokenizer.eos_token_id, second])
    assert text.text == "é"
    assert covering(text, 0, 1) == [0, 2]


def test_nothing_decodes_to_nothing(tokenizer: Any) -> None:
    text = ByteLevelDecoder(tokenizer).decode([])
    assert (text.text, len(text)) == ("", 0)


def test_token_over_two_lines_is_covered_by_both(tokenizer: Any) -> None:
    decoder = ByteLevelDecoder(tokenizer)
    ids = tokenizer("def add(a, b):\n    return a + b\n", add_special_tokens=False)["input_ids"]
    text = decoder.decode(ids)
    for t in range(len(text)):
        if "\n" in text.text[text.start_t[t] : text.end_t[t]]:
            assert text.covering(int(text.start_t[t]), int(text.start_t[t]) + 1)[t]


@given(data=st.data())
def test_any_ids_decode_as_the_tokenizer_does_and_cover_exactly(tokenizer: Any, data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.integers(0, len(tokenizer) - 1), max_size=40))
    text = ByteLevelDecoder(tokenizer).decode(ids)
    assert text.text == tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    expected = reference(tokenizer, ids)
    assert [set(covering(text, i, i + 1)) for i in range(len(text.text))] == expected


@given(text=st.text(max_size=30), cut=st.integers(0, 30))
def test_any_text_cut_anywhere_is_covered_exactly(tokenizer: Any, text: str, cut: int) -> None:
    raw = text.encode("utf-8", "replace")
    ids = tokenizer(raw.decode(), add_special_tokens=False)["input_ids"][:cut]
    decoded = ByteLevelDecoder(tokenizer).decode(ids)
    assert [set(covering(decoded, i, i + 1)) for i in range(len(decoded.text))] == reference(tokenizer, ids)


def byte_fallback_tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer in the style of Llama 2: words with ▁, unknown characters as bytes."""
    vocabulary = {"<unk>": 0, "</s>": 1, "▁hi": 2, "x": 3, "▁": 4} | {f"<0x{byte:02X}>": 5 + byte for byte in range(256)}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>", byte_fallback=True))
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    backend.decoder = decoders.Sequence(steps)
    return PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="</s>", unk_token="<unk>")


def test_other_tokenizers_are_decoded_by_the_librarys_stream() -> None:
    tokenizer = byte_fallback_tokenizer()
    decoder = token_decoder(tokenizer)
    assert isinstance(decoder, StreamDecoder)
    bytes_of_e = [5 + byte for byte in "é".encode()]
    text = decoder.decode([2, *bytes_of_e, 3, 1])
    assert text.text == "hiéx"
    assert covering(text, 0, 2) == [0]
    assert covering(text, 2, 3) == [1, 2]
    assert covering(text, 3, 4) == [3]


def test_stream_gives_an_unfinished_character_to_the_last_tokens() -> None:
    text = token_decoder(byte_fallback_tokenizer()).decode([3, 5 + 0xE5, 5 + 0x8C])
    assert text.text.startswith("x\ufffd")
    assert covering(text, 1, len(text.text)) == [1, 2]


def test_byte_level_tokenizers_get_the_exact_decoder(tokenizer: Any) -> None:
    assert isinstance(token_decoder(tokenizer), ByteLevelDecoder)


def test_tokenizer_without_fast_backend_is_refused() -> None:
    class Slow:
        is_fast = False

    with pytest.raises(ValueError, match="must have a fast backend, got Slow"):
        token_decoder(Slow())
