"""The few statistics that the scores share: ranks with shared ties, bootstrap over clusters, distance of programs."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Hashable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_DRAWS: Final = 2000
_LAYOUT: Final = (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER)


def placed(weights: Sequence[float], target: int) -> tuple[float, float, float]:
    """Returns chance of rank 1, chance of rank 3 or better, and mean of 1 / rank of the target, where ties are broken by lot."""
    rounded = np.round(np.asarray(weights, dtype=np.float64), 9)
    better = int((rounded > rounded[target]).sum())
    same = int((rounded == rounded[target]).sum())
    first, third = (min(1.0, max(0.0, (rank - better) / same)) for rank in (1, 3))
    return first, third, float(np.mean(1.0 / np.arange(better + 1, better + same + 1)))


def interval(values: Sequence[float], clusters: Sequence[Hashable], seed: int = 0) -> list[float]:
    """Returns ``[mean, low, high]``: the mean and its 95 % bootstrap interval, where whole clusters are drawn.

    Mutants of one task are alike, so drawing mutants would make intervals too narrow.

    Raises:
        ValueError: There are no values.
    """
    if not len(values):
        raise ValueError("values must not be empty")
    names, number = np.unique(np.asarray([repr(one) for one in clusters]), return_inverse=True)
    sums, counts = np.bincount(number, weights=np.asarray(values, dtype=np.float64)), np.bincount(number)
    drawn = np.random.default_rng(seed).integers(len(names), size=(_DRAWS, len(names)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return [round(float(one), 4) for one in (np.mean(values), low, high)]


def rank_correlation(left: Sequence[float], right: Sequence[float]) -> float:
    """Returns Spearman's correlation; 0 where one side is constant, as it then orders nothing."""
    a, b = _ranks(left), _ranks(right)
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size else 0.0


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Returns ranks from 1; equal values share the mean of theirs."""
    _, number, counts = np.unique(np.round(values, 9), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: NDArray[np.float64] = (last - (counts - 1) / 2.0)[number]
    return ranks


def edit_distance(left: str, right: str) -> int:
    """Returns how many tokens must be inserted, deleted or replaced to make one program the other (Levenshtein)."""
    a, b = _tokens(left), _tokens(right)
    while a and b and a[0] == b[0]:
        del a[0], b[0]
    while a and b and a[-1] == b[-1]:
        del a[-1], b[-1]
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, start=1):
            before, row[j] = row[j], min(before + (one != other), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def difference(left: str, right: str) -> float:
    """Returns the edit distance of two programs as a share of the longer one, where all names are alike.

    So a program of which only the names were changed is not different.
    """
    a, b = (_nameless(source) for source in (left, right))
    return edit_distance(a, b) / max(1, len(_tokens(a)), len(_tokens(b)))


def _nameless(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = "_"
        elif isinstance(node, ast.arg):
            node.arg = "_"
    return ast.unparse(tree)


def _tokens(source: str) -> list[str]:
    return [token.string for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in _LAYOUT]
