r"""How spans from several sources become one credit: the only rule of composition, for characters and tokens alike.

A *unit* is a character of the action, or a token of a trainer.  Spans are composed so that their order never matters:

- **Verified** spans say how much: each is spread evenly over the units that it covers, which sum to its value, and all add up.
- **Claimed** spans say where: they give each unit a weight of praise and one of blame.  Within one source the strongest span
  counts, so a source that names a line five times says it once; over sources the weights add up.  Praise and blame are kept
  apart, so sources that contradict each other do not cancel; which of the two is used depends on the sign of what is placed.
- A unit that no span covers is *unassigned*, which is not zero credit: it keeps what it would have had.

**A claim may say where, only what is verified says how much.**  The amounts are the sum of the verified spans, the group's
advantage, and a fixed blame for a verified failure; :func:`redistribute` and :func:`place_blame` put the last two at claimed
places without changing their sums.  So a program that forges its coverage, locals, traces or exceptions changes the sum of its
credit by nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rlvr_envs.info import Span

Floats = NDArray[np.float64]
#: Returns which of the units a span covers: ``[n]`` of bool.
Covering = Callable[[Span], "NDArray[np.bool_]"]


@dataclass(frozen=True)
class Credit:
    """Composed credit of ``n`` units.

    Attributes:
        verified_u: [n] verified credit; sums to the values of the verified spans that cover any unit.
        praise_u: [n] weights of claimed praise, at least 0.
        claimed_blame_u: [n] weights of claimed blame, at least 0.
        blame_u: [n] weights of all blame, verified or claimed, at least 0.
        covered_u: [n] whether any span covers the unit.
    """

    verified_u: Floats
    praise_u: Floats
    claimed_blame_u: Floats
    blame_u: Floats
    covered_u: NDArray[np.bool_]


def compose(spans: Iterable[Span], covering: Covering, size: int) -> Credit:
    """Returns the credit of ``size`` units from spans; one that covers no unit has no effect."""
    verified, covered = np.zeros(size), np.zeros(size, dtype=np.bool_)
    weights: dict[tuple[str, str, bool], Floats] = {}
    for span in sorted(spans, key=lambda span: (span.source, span.basis, span.start, span.end, span.value)):
        units = covering(span)
        count = int(units.sum())
        if not count:
            continue
        covered |= units
        if span.basis == "verified":
            verified[units] += span.value / count
        strongest = weights.setdefault((span.source, span.basis, span.value < 0.0), np.zeros(size))
        strongest[units] = np.maximum(strongest[units], abs(span.value))
    praise, claimed_blame, blame = np.zeros(size), np.zeros(size), np.zeros(size)
    for (_, basis, negative), weight in weights.items():
        if negative:
            blame += weight
        if basis == "claimed":
            (claimed_blame if negative else praise)[:] += weight
    return Credit(verified, praise, claimed_blame, blame, covered)


def compose_characters(spans: Iterable[Span], length: int) -> Credit:
    """Returns the credit of the characters of an action of that length; what lies beyond its end is cut off."""
    places = np.arange(length)
    return compose(spans, lambda span: (places >= span.start) & (places < span.end), length)


def redistribute(weight_u: Floats, share: float) -> Floats:
    """Returns ``w_u: [n]``, with ``w_u = (1 - share) + share * weight_u / mean(weight_u)``.

    The mean is exactly 1, ``w_u >= 1 - share``, and no weight at all gives all ones.

    Biased, unless the place is right: for two decisions with success probabilities .6 and .4 that must both succeed and the
    success rate .24 as baseline, the gradient at the first decision is .0960; blaming failures at the true first wrong
    decision alone gives .1306, as the first decision keeps its praise but is no longer blamed for the second.

    Args:
        weight_u: [n] how much each unit of one turn is concerned, at least 0.
        share: In [0, 1]: how much of the amount follows the weights.
    """
    mean = weight_u.mean() if len(weight_u) else 0.0
    if mean == 0.0:
        return np.ones_like(weight_u)
    w_u: Floats = (1.0 - share) + share * (weight_u / mean)
    return w_u


def place_blame(blame_u: Floats) -> Floats:
    """Returns ``b_u: [n]``: sums to -1, in proportion to the weights; spread evenly where there are none.

    Biased, in two ways: spread evenly, each of ``n`` units gets ``-1/n``, so long failed answers weigh less per unit than short
    ones; placed at spans, it acts on the places that were named alone.  It is the term that still teaches where every answer of a
    group fails.
    """
    if not len(blame_u):
        return np.zeros_like(blame_u)
    place = blame_u if blame_u.any() else np.ones_like(blame_u)
    b_u: Floats = -place / place.sum()
    return b_u
