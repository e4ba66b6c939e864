"""What environments of one process learn together: records shared by a name that the user gives.

The environments of a vector play the same run, so what one of them measures must guide all: else each would learn from a fraction
of the episodes, and equal seeds would no longer give equal tasks.  Sharing is asked for by name (``pool="run"``), so environments
that did not ask for it stay independent.  A record lives as long as an environment that uses it.
"""

from __future__ import annotations

import threading
import weakref
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")

_SHARED: weakref.WeakValueDictionary[tuple[type[Any], str], Any] = weakref.WeakValueDictionary()
_MAKING = threading.Lock()


def shared(kind: type[T], pool: str | None) -> T:
    """Returns the record of that kind and name, a new one where there is none or ``pool`` is None.

    Raises:
        ValueError: ``pool`` is neither None nor text that is not empty.
    """
    if pool is None:
        return kind()
    if type(pool) is not str or not pool:
        raise ValueError(f"pool must be None or a name that is not empty, got {pool!r}")
    with _MAKING:
        record: T = _SHARED.setdefault((kind, pool), kind())
        return record


class Stream:
    """A wrapper's own stream of chance: it follows from the seed of ``reset``, or from the environment's random state."""

    def __init__(self, name: str) -> None:
        """Begins a stream; ``name`` keeps those of several wrappers apart."""
        self._key = tuple(name.encode())
        self._random: np.random.Generator | None = None

    def begin(self, seed: int | None, env: Any) -> np.random.Generator:
        """Returns the generator for an episode: of ``seed`` alone where there is one, else the stream goes on."""
        if seed is not None:
            self._random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=self._key))
        elif self._random is None:
            entropy = int(env.unwrapped.np_random.integers(2**63))
            self._random = np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=self._key))
        return self._random

    def to_plain(self) -> Any:
        """Returns the stream as JSON data, None before its first episode."""
        return None if self._random is None else self._random.bit_generator.state

    def load(self, data: Any) -> None:
        """Goes on from what :meth:`to_plain` returned."""
        self._random = None
        if data is not None:
            self._random = np.random.default_rng(0)
            self._random.bit_generator.state = data
