"""Arguments that families share: numbers, lists of numbers and texts, drawn with the passed generator alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from rlvr_envs.tasks.generated.family import Argument, Params

LETTERS: Final = tuple("abcdefghijklmnopqrstuvwxyz")
#: Short texts for parameters.
WORDS: Final = (
    *("ant", "bee", "cat", "cow", "dog", "elk", "fox", "hen", "owl", "pig", "ram", "yak", "ash", "bay"),
    *("elm", "fig", "ivy", "oak", "pea", "rye", "ark", "bus", "cab", "jet", "van", "cup", "fan", "hat"),
    *("ink", "key", "lid", "map", "mug", "net", "pan", "pen", "pin", "pot", "rug", "saw"),
)

# No "a": it would read as an article in the sentence.
_NUMBER_NAMES: Final = ("x", "n", "num", "p")
_SECOND_NAMES: Final = ("y", "m", "other", "q")
_LIST_NAMES: Final = ("xs", "nums", "values", "items")
_TEXT_NAMES: Final = ("s", "text", "word", "t")


def draw_int(rng: np.random.Generator, low: int, high: int) -> int:
    """Draws an integer of ``[low, high]``, both included."""
    return int(rng.integers(low, high + 1))


def draw_text(rng: np.random.Generator, low: int, high: int) -> str:
    """Draws ``low`` to ``high`` lower-case letters."""
    return "".join(LETTERS[i] for i in rng.integers(len(LETTERS), size=draw_int(rng, low, high)).tolist())


def number(low: int = -30, high: int = 99) -> Argument:
    """Returns a number of ``[low, high]``."""
    return Argument(_NUMBER_NAMES, lambda rng, _: draw_int(rng, low, high))


def second_number(low: int = -30, high: int = 99) -> Argument:
    """Returns a number of ``[low, high]``, with names for a second argument."""
    return Argument(_SECOND_NAMES, lambda rng, _: draw_int(rng, low, high))


def often_multiple(factor: str, high: int = 400) -> Argument:
    """Returns a number of ``[0, high]``, every other time a multiple of the parameter ``factor``."""
    return Argument(_NUMBER_NAMES, lambda rng, params: _number_or_multiple(rng, params, factor, high))


def numbers(low: int = -20, high: int = 60, *, least: int = 2, most: int = 7) -> Argument:
    """Returns a list of ``least`` to ``most`` numbers of ``[low, high]``."""
    return Argument(_LIST_NAMES, lambda rng, _: _list(rng, lambda: draw_int(rng, low, high), least, most))


def distinct_numbers() -> Argument:
    """Returns a list of 3 to 7 different numbers of ``[-20, 60]``."""
    return Argument(_LIST_NAMES, lambda rng, _: (rng.permutation(81)[: draw_int(rng, 3, 7)] - 20).tolist())


def numbers_with_multiples(factor: str, high: int = 120) -> Argument:
    """Returns a list of 2 to 7 numbers of ``[0, high]``, about half of them multiples of the parameter ``factor``."""
    return Argument(_LIST_NAMES, lambda rng, params: _list(rng, lambda: _number_or_multiple(rng, params, factor, high), 2, 7))


def text(low: int = 3, high: int = 8) -> Argument:
    """Returns ``low`` to ``high`` lower-case letters."""
    return Argument(_TEXT_NAMES, lambda rng, _: draw_text(rng, low, high))


def text_with(letters: str) -> Argument:
    """Returns 4 to 9 lower-case letters, of which about four in ten are of ``letters`` (a parameter's name, or letters)."""

    def draw(rng: np.random.Generator, params: Params) -> str:
        often = str(params.get(letters, letters))
        return "".join(often[draw_int(rng, 0, len(often) - 1)] if rng.random() < 0.4 else c for c in draw_text(rng, 4, 9))

    return Argument(_TEXT_NAMES, draw)


def text_ending(word: str) -> Argument:
    """Returns a text that every other time ends with the parameter ``word``."""

    def draw(rng: np.random.Generator, params: Params) -> str:
        return draw_text(rng, 2, 6) + (str(params[word]) if rng.random() < 0.5 else draw_text(rng, 2, 4))

    return Argument(_TEXT_NAMES, draw)


def words() -> Argument:
    """Returns 2 to 5 words of 1 to 7 letters, with one space between them."""
    return Argument(_TEXT_NAMES, lambda rng, _: " ".join(_list(rng, lambda: draw_text(rng, 1, 7), 2, 5)))


def _list(rng: np.random.Generator, item: Callable[[], Any], least: int, most: int) -> list[Any]:
    return [item() for _ in range(draw_int(rng, least, most))]


def _number_or_multiple(rng: np.random.Generator, params: Params, factor: str, high: int) -> int:
    unit = int(params[factor])
    return unit * draw_int(rng, 0, high // unit) if rng.random() < 0.5 else draw_int(rng, 0, high)
