"""Curriculum: which tasks to play more often, by what was measured; three published forms of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from rlvr_envs._numbers import check_share, is_number, is_whole
from rlvr_envs.wrappers.exploration.pass_rates import PassRates

Floats = NDArray[np.float64]


class Curriculum:
    """What was measured: pass rates, AdaRFT's target and the batch that will move it, SEC's values."""

    def __init__(self) -> None:
        """Begins without any episode."""
        self.rates = PassRates()
        self.target: float | None = None
        self.batch: tuple[int, int] = (0, 0)
        self.values: dict[str, float] = {}
        #: Counts changes, so that weights need not be worked out for each episode.
        self.version = 0

    def to_plain(self) -> dict[str, Any]:
        """Returns it as JSON data."""
        values = dict(sorted(self.values.items()))
        return {"rates": self.rates.to_plain(), "target": self.target, "batch": list(self.batch), "values": values}

    def load(self, data: Mapping[str, Any]) -> None:
        """Goes on from what :meth:`to_plain` returned."""
        self.rates.load(data["rates"])
        self.target = None if data["target"] is None else float(data["target"])
        self.batch = (int(data["batch"][0]), int(data["batch"][1]))
        self.values = {str(name): float(value) for name, value in data["values"].items()}
        self.version += 1


class Form(Protocol):
    """A way to weigh tasks."""

    def weights(self, ids: Sequence[str], known: Curriculum) -> Floats:
        """Returns ``w_i: [N]``, at least 0, in the order of ``ids``."""

    def record(self, task_id: str, solved: bool, known: Curriculum) -> None:
        """Takes in an episode, which the rates hold already."""


@dataclass(frozen=True)
class Variance:
    """``w = p (1 - p)``, the variance of the outcome ("learnability", arXiv 2502.12272), largest at one half.

    ``p = (s + 1) / (n + 2)``, so a task that nobody has played weighs the most.
    """

    def weights(self, ids: Sequence[str], known: Curriculum) -> Floats:
        """Returns the weights."""
        p_i = np.array([known.rates.smoothed(task_id) for task_id in ids])
        w_i: Floats = p_i * (1.0 - p_i)
        return w_i

    def record(self, task_id: str, solved: bool, known: Curriculum) -> None:
        """Keeps nothing beside the rates."""


@dataclass(frozen=True)
class AdaRFT:
    """The tasks nearest to a target difficulty that follows the success rate (arXiv 2504.05520).

    After each ``batch`` episodes: ``T <- clip(T + step * (d_max - d_min) * tanh(alpha * (mean - beta)), d_min, d_max)``, where
    ``mean`` is their success rate; ``T`` begins at ``d_min``.  The ``nearest`` tasks weigh alike and the others nothing.  Here
    ``step`` is a share of the range (.5 is the paper's 50 of 100), and a batch is one of episodes and not of prompts.
    """

    difficulties: Mapping[str, Any]
    nearest: int = 16
    batch: int = 64
    step: float = 0.5
    alpha: float = 2.0
    beta: float = 0.5

    def __post_init__(self) -> None:
        """Checks the settings."""
        if not self.difficulties or not _is_mapping(self.difficulties):
            raise ValueError(f"settings['difficulties'] must map task ids to numbers, got {self.difficulties!r}")
        wrong = next((pair for pair in self.difficulties.items() if not is_number(pair[1]) or not math.isfinite(pair[1])), None)
        if wrong is not None:
            raise ValueError(f"settings['difficulties'] must map task ids to finite numbers, got {wrong[1]!r} for {wrong[0]!r}")
        _check_whole("nearest", self.nearest)
        _check_whole("batch", self.batch)
        for name in ("step", "alpha", "beta"):
            _check_positive(name, getattr(self, name))

    def weights(self, ids: Sequence[str], known: Curriculum) -> Floats:
        """Returns the weights; tasks at equal distance are taken in order."""
        missing = next((task_id for task_id in ids if task_id not in self.difficulties), None)
        if missing is not None:
            raise ValueError(f"settings['difficulties'] must hold every task, and lacks {missing!r}")
        d_i = np.array([float(self.difficulties[task_id]) for task_id in ids])
        target = float(d_i.min()) if known.target is None else known.target
        order = np.argsort(np.abs(d_i - target), kind="stable")
        w_i = np.zeros(len(d_i))
        w_i[order[: self.nearest]] = 1.0
        return w_i

    def record(self, task_id: str, solved: bool, known: Curriculum) -> None:
        """Moves the target at the end of a batch."""
        count, passed = known.batch[0] + 1, known.batch[1] + int(solved)
        if count < self.batch:
            known.batch = (count, passed)
            return
        low, high = min(self.difficulties.values()), max(self.difficulties.values())
        target = low if known.target is None else known.target
        target += self.step * (high - low) * math.tanh(self.alpha * (passed / count - self.beta))
        known.target, known.batch = min(max(target, low), high), (0, 0)


@dataclass(frozen=True)
class SEC:
    """Categories of tasks as arms of a bandit whose reward is the mean size of the advantage (arXiv 2505.14970).

    ``Q <- Q + rate * (a - Q)`` at each episode, beginning at 0, and a category is drawn with probability in proportion to
    ``exp(Q / temperature)``, its tasks all alike.  Where the paper takes the advantages of the trainer, here
    ``a = 2 sqrt(p (1 - p))``, what they are on average with one reward of 0 or 1 in large groups divided by their deviation, with
    ``p = (s + 1) / (n + 2)`` of the task.  A task without a category is one of its own.
    """

    categories: Mapping[str, str] | None = None
    rate: float = 0.1
    temperature: float = 0.2

    def __post_init__(self) -> None:
        """Checks the settings."""
        if self.categories is not None and not isinstance(self.categories, Mapping):
            raise ValueError(f"settings['categories'] must map task ids to names, got {self.categories!r}")
        _check_positive("temperature", self.temperature)
        _check_positive("rate", self.rate)
        check_share("settings['rate']", self.rate)

    def weights(self, ids: Sequence[str], known: Curriculum) -> Floats:
        """Returns the weights."""
        names = [self._category(task_id) for task_id in ids]
        sizes = {name: names.count(name) for name in dict.fromkeys(names)} if self.categories else dict.fromkeys(names, 1)
        top = max(known.values.get(name, 0.0) for name in sizes)
        scores = {name: math.exp((known.values.get(name, 0.0) - top) / self.temperature) / size for name, size in sizes.items()}
        return np.array([scores[name] for name in names])

    def record(self, task_id: str, solved: bool, known: Curriculum) -> None:
        """Moves the value of the task's category."""
        p = known.rates.smoothed(task_id)
        name = self._category(task_id)
        value = known.values.get(name, 0.0)
        known.values[name] = value + self.rate * (2.0 * math.sqrt(p * (1.0 - p)) - value)

    def _category(self, task_id: str) -> str:
        return (self.categories or {}).get(task_id, task_id)


#: Name -> form.
FORMS: Final[Mapping[str, type[Any]]] = {"variance": Variance, "adarft": AdaRFT, "sec": SEC}


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping)


def _check_positive(name: str, value: Any) -> None:
    if not is_number(value) or not 0.0 < value < math.inf:
        raise ValueError(f"settings[{name!r}] must be a number above 0, got {value!r}")


def _check_whole(name: str, value: Any) -> None:
    if not is_whole(value) or value < 1:
        raise ValueError(f"settings[{name!r}] must be an int of at least 1, got {value!r}")
