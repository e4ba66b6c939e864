"""Progress: what wrappers have learnt over episodes, saved and restored with a run.

A wrapper that keeps more than the current episode (rates, archives, counts) has ``get_progress()`` and ``set_progress(data)``,
both of JSON data.  Here they are gathered over a stack::

    saved = progress_of(env)
    restore_progress(same_stack_made_again, saved)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, runtime_checkable

import gymnasium as gym


@runtime_checkable
class HasProgress(Protocol):
    """A wrapper that keeps more than the current episode."""

    def get_progress(self) -> dict[str, Any]:
        """Returns it as JSON data."""

    def set_progress(self, progress: Mapping[str, Any]) -> None:
        """Goes on from what ``get_progress`` returned."""


def progress_of(env: gym.Env[Any, Any]) -> dict[str, Any]:
    """Returns the progress of all wrappers of an environment, by name."""
    return {name: wrapper.get_progress() for name, wrapper in _keeping(env)}


def restore_progress(env: gym.Env[Any, Any], progress: Mapping[str, Any]) -> None:
    """Restores what :func:`progress_of` returned for a stack of the same wrappers.

    Raises:
        ValueError: The wrappers that keep progress are not those that it was saved of.
    """
    keeping = dict(_keeping(env))
    if sorted(keeping) != sorted(progress):
        raise ValueError(f"progress must be of the same wrappers, got that of {sorted(progress)} for {sorted(keeping)}")
    for name, wrapper in keeping.items():
        wrapper.set_progress(progress[name])


def _keeping(env: gym.Env[Any, Any]) -> Iterator[tuple[str, HasProgress]]:
    """Yields name and wrapper, the outermost first; a second wrapper of a name is ``NAME#2``."""
    seen: dict[str, int] = {}
    while isinstance(env, gym.Wrapper):
        if isinstance(env, HasProgress):
            name = type(env).__name__
            seen[name] = seen.get(name, 0) + 1
            yield (name if seen[name] == 1 else f"{name}#{seen[name]}"), env
        env = env.env
