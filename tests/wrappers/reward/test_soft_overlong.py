"""SoftOverlong: the published numbers, and lengths in tokens."""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.wrappers import SoftOverlong
from tests.wrappers.scripted import last


def words(text: str) -> int:
    """Counts words."""
    return len(text.split())


def negative(text: str) -> int:
    """Counts wrongly."""
    return -1


def term(length: int, **options: Any) -> float:
    env = SoftOverlong(EchoEnv(), max_length=20480, buffer=4096, **options)
    return float(last(env, "x" * length)[1]["reward_terms"]["overlong"])


def test_the_numbers_of_the_paper() -> None:
    lengths = (0, 16384, 17408, 18432, 20480, 20481, 100_000)
    assert [term(length, weight=1.0) for length in lengths] == [0.0, 0.0, -0.25, -0.5, -1.0, -1.0, -1.0]


def test_the_default_weight_is_the_papers_share_of_the_range_of_rewards() -> None:
    right, wrong = 1.0, -1.0  # there; -1 for the longest is half of their distance, as 0.5 is of that of 1 and 0 here
    assert term(20480) / (1.0 - 0.0) == -1.0 / (right - wrong)


def test_length_is_counted_by_the_function_that_is_named() -> None:
    env = SoftOverlong(EchoEnv(), max_length=4, buffer=2, weight=1.0, count=f"{__name__}:words")
    assert [last(env, text)[0] for text in ("a" * 99, "a b c", "a b c d")] == [0.0, -0.5, -1.0]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"max_length": 0}, "max_length must be an int of at least 1, got 0"),
        ({"buffer": 0}, "buffer must be an int of at least 1 and at most max_length, got 0"),
        ({"buffer": 9}, "buffer must be an int of at least 1 and at most max_length, got 9"),
        ({"weight": 2.0}, r"weight must be in \(0, 1\], got 2.0"),
        ({"count": "words"}, "count must be None or the 'module:function'"),
        ({"count": "json:nothing"}, "count 'json:nothing' cannot be loaded"),
        ({"count": "math:pi"}, "count must name a function from text to its length, got 3.14"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        SoftOverlong(EchoEnv(), **{"max_length": 8, "buffer": 4, **options})


def test_a_function_that_counts_wrongly_is_named() -> None:
    env = SoftOverlong(EchoEnv(), max_length=4, buffer=2, count=f"{__name__}:negative")
    env.reset(seed=0)
    with pytest.raises(ValueError, match="must give an int of 0 or more, got -1"):
        env.step("x")
