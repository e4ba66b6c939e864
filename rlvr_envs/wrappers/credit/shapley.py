"""Shapley values of statements: what each adds to the score of a program, over random orders in which they come."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from rlvr_envs.wrappers.credit.variants import Statement, without


class Walks:
    """Random orders in which the statements of a program leave it, cut where the budget of programs is used up.

    ``actions`` are the answers to judge.  The orders are drawn with a generator seeded by a hash of the action, so that the same
    action always gets the same ones.  A statement within another one that has left is gone with it, and adds nothing.
    """

    def __init__(self, action: str, statements: Sequence[Statement], budget: int) -> None:
        """Draws the orders; the last one may end early."""
        seed = int.from_bytes(hashlib.sha256(action.encode("utf-8", "surrogatepass")).digest()[:8], "big")
        rng = np.random.default_rng(seed)
        self._count = len(statements)
        self._orders: list[list[int]] = []
        known: dict[str, int] = {action: -1}  # answer -> its place among the scores, -1 for the action itself
        self._steps: list[list[int]] = []
        stale = 0
        while len(known) - 1 < budget and stale < 10:
            before = len(known)
            order, steps = rng.permutation(self._count).tolist(), []
            for count in range(1, self._count + 1):
                text = without(action, [statements[number] for number in order[:count]])
                if text not in known:
                    if len(known) - 1 == budget:
                        break
                    known[text] = len(known) - 1
                steps.append(known[text])
            self._orders.append(order)
            self._steps.append(steps)
            stale = stale + 1 if len(known) == before else 0
        self.actions = [text for text, place in known.items() if place >= 0]

    def values(self, score: float, scores: Sequence[float]) -> list[float]:
        """Returns the mean of what the score loses when a statement leaves; 0 for one that no walk reached.

        Args:
            score: The score of the action.
            scores: Those of :attr:`actions`.
        """
        sums, counts = np.zeros(self._count), np.zeros(self._count)
        for order, steps in zip(self._orders, self._steps, strict=True):
            last = score
            for number, place in zip(order, steps, strict=False):
                now = score if place < 0 else scores[place]
                sums[number] += last - now
                counts[number] += 1
                last = now
        return [float(value) for value in sums / np.maximum(counts, 1)]

    def weights(self, score: float, scores: Sequence[float]) -> list[float]:
        """Returns ``max(0, -value)`` of each statement: how much the program would be better off without it."""
        return [max(0.0, -value) for value in self.values(score, scores)]
