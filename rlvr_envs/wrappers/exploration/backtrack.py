"""Backtrack: begin some episodes where earlier ones already were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium as gym

from rlvr_envs._numbers import check_share, is_whole
from rlvr_envs.facts import Fact
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping
from rlvr_envs.wrappers.exploration.shared import Stream, shared


class Archive:
    """Saved states in the order in which they were first seen; the same state is kept once."""

    def __init__(self) -> None:
        """Begins empty."""
        self.states: dict[str, dict[str, Any]] = {}

    def add(self, task_id: str, state: Mapping[str, Any], capacity: int) -> None:
        """Keeps a state, and drops the oldest beyond ``capacity``."""
        key = f"{task_id}\0{state['state_key']}"
        if key in self.states:
            return
        self.states[key] = {"task_id": task_id, "state": dict(state)}
        while len(self.states) > capacity:
            self.states.pop(next(iter(self.states)))


class Backtrack(Shaping):
    """With probability ``share``, begins an episode in the state of an earlier one after some of its turns.

    A state is kept when its turn is played, so it is what a model has read: an answer that failed and what was said of it.  All
    kept states are alike in probability, or those of the task that ``reset`` is asked for.  So late turns are practised more
    often than a policy would reach them, as in Go-Explore (arXiv 1901.10995), without its scores of cells.

    Reads the state of the environment (trusted side: hidden tests are in it) and ``turn``; writes the first observation, and
    ``turn``, ``state_key`` and ``prefill`` (none) of ``reset``.  ``turn`` above 0 there tells such episodes apart.  Wrappers
    inside begin the episode anew.
    State: the archive, over episodes; ``pool`` shares it by name.  The choice follows from the seed of ``reset`` and the archive.
    Optimum: training sees other start states than the task has, so it is biased towards them; each episode's own gradient is
    that of its return from the state in which it begins.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import Backtrack
    >>> env = Backtrack(gym.make("rlvr/Echo-v0", max_turns=3), share=1.0)
    >>> _ = env.reset(seed=0), env.step("first"), env.step("second")
    >>> env.reset(seed=1)[1]["turn"]
    1
    """

    kind = "exploration"
    needs = (Fact.STATES, Fact.TURNS)
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, share: float = 0.25, capacity: int = 256, pool: str | None = None) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            share: In (0, 1]: the share of episodes that begin in a kept state, once there is one.
            capacity: How many states are kept, at least 1; then the oldest goes.
            pool: Name under which environments of one process share their states; None keeps its own.

        Raises:
            ValueError: A value is outside its range.
        """
        check_share("share", share)
        if not is_whole(capacity) or capacity < 1:
            raise ValueError(f"capacity must be an int of at least 1, got {capacity!r}")
        super().__init__(env, share=share, capacity=capacity, pool=pool)
        self._share, self._capacity = share, capacity
        self.archive = shared(Archive, pool)
        self._stream = Stream("Backtrack")
        self._turn = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode, some of them in a kept state."""
        random = self._stream.begin(seed, self.env)
        wanted, place = random.random() < self._share, random.random()
        asked = (options or {}).get("task_id")
        kept = [one for one in self.archive.states.values() if asked is None or one["task_id"] == asked] if wanted else []
        self._turn = 0
        if not kept:
            return self.env.reset(seed=seed, options=options)
        chosen = kept[int(place * len(kept))]
        _, info = self.env.reset(seed=seed, options={**(options or {}), "task_id": chosen["task_id"]})
        base: Any = self.env.unwrapped
        # The random state goes on from this seed: what is drawn later is not what the earlier episode drew.
        base.set_state({**chosen["state"], "random": base.np_random.bit_generator.state})
        state = chosen["state"]
        self._turn = state["turn"]
        info = {**info, "turn": state["turn"], "state_key": state["state_key"], "prefill": ""}
        return state["messages"][-1]["content"], info

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Keeps the state that the action answers, unless it is the first of the task, and steps."""
        base: Any = self.env.unwrapped
        if self._turn > 0 and base.running:
            self.archive.add(base.task.task_id, base.get_state(), self._capacity)
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._turn = info["turn"]
        return observation, float(reward), terminated, truncated, info

    def get_progress(self) -> dict[str, Any]:
        """Returns the archive and the stream of chance as JSON data; hidden tests are in it."""
        return {"states": list(self.archive.states.values()), "random": self._stream.to_plain()}

    def set_progress(self, progress: Mapping[str, Any]) -> None:
        """Goes on from what :meth:`get_progress` returned."""
        self.archive.states.clear()
        for one in progress["states"]:
            self.archive.add(one["task_id"], one["state"], len(progress["states"]))
        self._stream.load(progress["random"])
