"""TextVectorEnv: many text environments stepped as one, judged in one batch, infos whole.

Against ``SyncVectorEnv`` it judges all actions of a step in one call (so program runs are spread over the sandbox's workers), has
no autoreset (each generated answer counts), can leave environments out of a step, and hands every info over as it is in
``infos["infos"]``.

The vector entry point of an id is the attribute of that name in this module: ``rlvr_envs.vector:rlvr/Code-v0``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from rlvr_envs._numbers import is_whole
from rlvr_envs.core import TextEnv
from rlvr_envs.errors import EnvClosed, InfraError, ResetNeeded
from rlvr_envs.info import Info
from rlvr_envs.wrappers.recipe import RecipeLike, parse_recipe

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
StepResult = tuple[tuple[str, ...], Floats, Bools, Bools, dict[str, Any]]


class TextVectorEnv(VectorEnv[tuple[str, ...], Sequence[str], NDArray[Any]]):
    """``num_envs`` copies of one text environment, each with the same wrappers.

    Observations are a tuple of ``str``.  ``infos["infos"]`` is an object array of each environment's own info dict, whole, and
    ``infos["_infos"]`` a mask of those that have one (False before an environment's first reset).

    Autoreset is DISABLED: ``reset(options={"reset_mask": mask})`` resets some, ``step(actions, mask=mask)`` steps some.
    For another mode use ``gym.make_vec(..., vectorization_mode="sync")``.
    """

    metadata = {"autoreset_mode": AutoresetMode.DISABLED, "render_modes": ["ansi"]}  # noqa: RUF012 - Gymnasium's own declaration

    def __init__(
        self,
        env_id: str,
        num_envs: int = 1,
        *,
        recipe: RecipeLike = (),
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
        **env_kwargs: Any,
    ) -> None:
        """Makes the environments.

        Args:
            env_id: A registered id whose environment is a ``TextEnv``.
            num_envs: How many, at least 1.
            recipe: Wrappers of each environment, innermost first (see :mod:`rlvr_envs.wrappers.recipe`).
            max_episode_steps: Passed on to ``gym.make``.
            render_mode: Passed on to ``gym.make``.
            env_kwargs: Options of the environment; a name that it does not have is its error.

        Raises:
            ValueError: ``num_envs`` is below 1.
            TypeError: The environment is not a ``TextEnv``.
        """
        if not is_whole(num_envs) or num_envs < 1:
            raise ValueError(f"num_envs must be an int of at least 1, got {num_envs!r}")
        spec = gym.spec(env_id)
        asked = {"max_episode_steps": max_episode_steps, "render_mode": render_mode}
        kwargs = {**env_kwargs, **{name: value for name, value in asked.items() if value is not None}}
        steps = parse_recipe(recipe)
        self.envs: list[gym.Env[str, str]] = [
            steps.wrap(gym.make(spec, disable_env_checker=True, **kwargs)) for _ in range(num_envs)
        ]
        self._bases = [_base(env) for env in self.envs]
        self.num_envs = num_envs
        self.render_mode = render_mode
        self.single_observation_space = self.envs[0].observation_space
        self.single_action_space = self.envs[0].action_space
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._observations = [""] * num_envs
        self._infos: list[Info] = [{} for _ in range(num_envs)]

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[tuple[str, ...], dict[str, Any]]:
        """Begins episodes.

        Args:
            seed: One seed per environment, or one for all, which counts up as in Gymnasium's vector environments.
            options: ``reset_mask``: [num_envs] bools, which environments to reset; those left out keep their last observation
                and info.  ``task_id``: one id, or one per environment.  The rest goes to each environment.

        Raises:
            ValueError: Seeds, mask or ids are not one per environment.
        """
        self._check_open()
        options = dict(options or {})
        mask = self._mask(options.pop("reset_mask", None), "reset_mask")
        if seed is None or isinstance(seed, (int, np.integer)):
            seeds = [None if seed is None else int(seed) + i for i in range(self.num_envs)]
        else:
            seeds = [None if one is None else int(one) for one in seed]
        ids = options.pop("task_id", None)
        ids = [ids] * self.num_envs if ids is None or isinstance(ids, str) else list(ids)
        for name, values in (("seed", seeds), ("options['task_id']", ids)):
            if len(values) != self.num_envs:
                raise ValueError(f"{name} must have one entry per environment ({self.num_envs}), got {len(values)}")
        for i in np.flatnonzero(mask):
            own = options if ids[i] is None else {**options, "task_id": ids[i]}
            self._observations[i], self._infos[i] = self.envs[i].reset(seed=seeds[i], options=own)
        return tuple(self._observations), _boxed(self._infos)

    def step(self, actions: Sequence[str], mask: Bools | Sequence[bool] | None = None) -> StepResult:
        """Steps the environments that ``mask`` names (all by default), judging their actions in one batch.

        Environments left out keep their last observation and info, with reward 0 and both flags False.

        Raises:
            ValueError: There is not one action per environment.
            ResetNeeded: An environment that is to be stepped has not begun or has ended.
        """
        self._check_open()
        if isinstance(actions, str):
            raise TypeError(f"actions must be a sequence of {self.num_envs} str, got one str")
        chosen = np.flatnonzero(self._mask(mask, "mask")).tolist()
        if len(actions) != self.num_envs:
            raise ValueError(f"actions must have one entry per environment ({self.num_envs}), got {len(actions)}")
        self._preload(chosen, actions)
        rewards = np.zeros(self.num_envs, dtype=np.float64)
        terminations = np.zeros(self.num_envs, dtype=np.bool_)
        truncations = np.zeros(self.num_envs, dtype=np.bool_)
        for i in chosen:
            step = self.envs[i].step(actions[i])
            self._observations[i], rewards[i], terminations[i], truncations[i], self._infos[i] = step
        return tuple(self._observations), rewards, terminations, truncations, _boxed(self._infos)

    def render(self) -> tuple[str, ...] | None:
        """Returns each environment's text, None without a render mode."""
        self._check_open()
        if self.render_mode is None:
            return None
        return tuple(str(env.render()) for env in self.envs)

    def call(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """Calls a method (or reads an attribute) of every environment, as ``SyncVectorEnv.call`` does."""
        values = (env.get_wrapper_attr(name) for env in self.envs)
        return tuple(value(*args, **kwargs) if callable(value) else value for value in values)

    def close_extras(self, **kwargs: Any) -> None:
        """Closes every environment."""
        for env in self.envs:
            env.close()

    def _preload(self, chosen: list[int], actions: Sequence[str]) -> None:
        """Judges all chosen actions in one call; each environment takes its outcome from there."""
        bases = [self._bases[i] for i in chosen]
        texts = [actions[i] for i in chosen]
        for i, base, text in zip(chosen, bases, texts, strict=True):
            if not base.running:
                raise ResetNeeded(f"step() of environment {i} before reset() or after its end: reset it or leave it out (mask)")
            if not isinstance(text, str):
                raise TypeError(f"an action must be a str, got {type(text).__name__} for environment {i}")
        try:
            self._bases[0].judge_batch(bases, texts)
        except InfraError:
            # Nothing is lost: each environment judges for itself and tells its own failure.
            return

    def _mask(self, mask: Any, name: str) -> Bools:
        if mask is None:
            return np.ones(self.num_envs, dtype=np.bool_)
        array = np.asarray(mask)
        if array.shape != (self.num_envs,) or array.dtype != np.bool_:
            raise ValueError(f"{name} must be {self.num_envs} bools, got shape {array.shape} of {array.dtype}")
        return array

    def _check_open(self) -> None:
        if self.closed:
            raise EnvClosed("use after close(): make a new vector environment")


def _base(env: gym.Env[Any, Any]) -> TextEnv[Any]:
    base = env.unwrapped
    if not isinstance(base, TextEnv):
        raise TypeError(f"TextVectorEnv needs environments derived from TextEnv, got {type(base).__name__}")
    return base


def _boxed(infos: list[Info]) -> dict[str, Any]:
    whole = np.empty(len(infos), dtype=object)
    whole[:] = infos
    return {"infos": whole, "_infos": np.array([bool(info) for info in infos], dtype=np.bool_)}


def __getattr__(name: str) -> Callable[..., TextVectorEnv]:
    """Returns the vector environment's maker for a registered id (PEP 562)."""
    if name.startswith("_") or name not in gym.registry:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}, and no environment of that id is registered")
    return functools.partial(TextVectorEnv, name)
