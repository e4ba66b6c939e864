"""Bounded text of values."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict, deque
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.sandbox.base import Opaque
from rlvr_envs.verifiers import show as show_module
from rlvr_envs.verifiers.canonical import canonical
from rlvr_envs.verifiers.show import MAX_SORTED, clip, show
from tests.verifiers.plain import VALUES


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([1, "a", None], "[1, 'a', None]"),
        ((1,), "(1,)"),
        ((), "()"),
        (set(), "set()"),
        ({3, 1, 2}, "{1, 2, 3}"),
        (frozenset({"b", "a"}), "frozenset({'a', 'b'})"),
        (frozenset(), "frozenset()"),
        ({"a": {1: [2]}}, "{'a': {1: [2]}}"),
        (deque([1]), "deque([1])"),
        (Counter("aa"), "Counter({'a': 2})"),
        (defaultdict(int, {1: 2}), "defaultdict({1: 2})"),
        (Opaque("Node"), "<Node>"),
        (Opaque("Node", "too deep"), "<Node: too deep>"),
        (object(), "<object>"),
        ("\ud800\0\n", "'\\ud800\\x00\\n'"),
    ],
)
def test_texts(value: Any, text: str) -> None:
    assert show(value) == text


def test_ints_too_long_to_write_show_their_size() -> None:
    assert show([10**5000, Fraction(10**5000, 3)]) == "[<int of 16610 bits>, <Fraction of very large ints>]"


@pytest.mark.parametrize(("limit", "text"), [(12, "[0, 1, 2,..."), (3, "...")])
def test_long_values_are_cut(limit: int, text: str) -> None:
    assert show(list(range(10**6)), limit) == text


def test_clip_keeps_what_fits() -> None:
    assert (clip("abcdef", 6), clip("abcdefg", 6)) == ("abcdef", "abc...")


def test_deep_values_end() -> None:
    value: list[Any] = []
    for _ in range(10_000):
        value = [value]
    assert len(show(value, 1000)) <= 1000


def test_sets_look_alike_under_every_hash_seed() -> None:
    code = "from rlvr_envs.verifiers.show import show; print(show({'b', 'a', 'c', (1, 'x'), None, 2}))"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(texts) == 1


@given(value=VALUES, limit=st.integers(3, 60))
def test_text_is_within_its_limit_and_on_one_line(value: Any, limit: int) -> None:
    text = show(value, limit)
    assert len(text) <= limit
    assert text.isprintable()


def test_items_of_nested_sets_are_not_looked_at_again_at_each_level(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []

    def counted(value: Any) -> str:
        text = canonical(value)
        written.append(text.count(","))
        return text

    monkeypatch.setattr(show_module, "canonical", counted)
    value: Any = tuple(range(90_000))
    for level in range(24):
        value = frozenset([value, level])
    assert "<frozenset of 2 items>" in show(value)
    assert 0 < sum(written) <= MAX_SORTED


def test_a_set_with_very_many_items_shows_their_number() -> None:
    assert show([set(range(MAX_SORTED + 1))]) == "[<set of 200001 items>]"
    assert show({"a" * 64 * MAX_SORTED, 1}) == "<set of 2 items>"
