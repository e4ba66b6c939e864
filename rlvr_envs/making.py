"""What ``gym.make`` calls for an environment of this package: ``gym.make("rlvr/Code-v0", recipe="dense", **options)``.

``rlvr_envs.making:ID`` is the entry point of that id.  ``env.spec`` holds the recipe, so ``gym.make(env.spec)`` rebuilds the
stack.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import gymnasium as gym
from gymnasium.envs.registration import load_env_creator

from rlvr_envs._naming import check_environment_options
from rlvr_envs.registration import TABLE, EnvRow
from rlvr_envs.wrappers.recipe import RecipeLike, parse_recipe


def make(row: EnvRow, *, recipe: RecipeLike = (), **options: Any) -> gym.Env[str, str]:
    """Returns the environment of a row inside the wrappers of a recipe.

    Raises:
        ValueError: An unknown option, or a recipe that is not well-formed or does not fit the environment.
    """
    kind: Any = load_env_creator(row.entry_point)
    check_environment_options(kind, options, row.id)
    env = kind(**options)
    env.spec = gym.spec(row.id)  # so that a wrapper that refuses it can name it; gym.make puts its own in place of this
    return parse_recipe(recipe).wrap(env)


def __getattr__(name: str) -> Callable[..., gym.Env[str, str]]:
    """Returns what makes the environment of that id."""
    for row in TABLE:
        if row.id == name:
            return partial(make, row)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
