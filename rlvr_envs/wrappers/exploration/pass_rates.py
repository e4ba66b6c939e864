"""PassRates: how often tasks are solved without guidance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class PassRates:
    """Counts of episodes and solved ones by task, forgetting old ones at a rate.

    ``n <- decay * n + 1`` and ``s <- decay * s + solved`` at each episode of a task.
    """

    def __init__(self) -> None:
        """Begins without any episode."""
        self._counts: dict[str, tuple[float, float]] = {}
        self._all = (0.0, 0.0)

    def add(self, task_id: str, solved: bool, *, decay: float = 1.0) -> None:
        """Counts one episode."""
        n, s = self._counts.get(task_id, (0.0, 0.0))
        self._counts[task_id] = (decay * n + 1.0, decay * s + solved)
        n, s = self._all
        self._all = (decay * n + 1.0, decay * s + solved)

    def counts(self, task_id: str | None = None) -> tuple[float, float]:
        """Returns episodes and solved ones of a task, of all together for None."""
        return self._all if task_id is None else self._counts.get(task_id, (0.0, 0.0))

    def rate(self, task_id: str | None = None) -> float:
        """Returns the share of solved episodes, 0 where there is none."""
        n, s = self.counts(task_id)
        return s / n if n else 0.0

    def smoothed(self, task_id: str) -> float:
        """Returns ``(s + 1) / (n + 2)``: one half for a task that nobody has played (Laplace's rule)."""
        n, s = self.counts(task_id)
        return (s + 1.0) / (n + 2.0)

    def to_plain(self) -> dict[str, Any]:
        """Returns the counts as JSON data."""
        return {"all": list(self._all), "tasks": {task_id: list(pair) for task_id, pair in sorted(self._counts.items())}}

    def load(self, data: Mapping[str, Any]) -> None:
        """Goes on from what :meth:`to_plain` returned."""
        self._all = (float(data["all"][0]), float(data["all"][1]))
        self._counts = {str(task_id): (float(n), float(s)) for task_id, (n, s) in data["tasks"].items()}
