"""AdaptiveDifficulty: play the tasks from which most can be learnt now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from rlvr_envs._naming import check_option_names, unknown
from rlvr_envs._numbers import check_share
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping
from rlvr_envs.wrappers.exploration.curriculum import FORMS, Curriculum, Floats, Form
from rlvr_envs.wrappers.exploration.shared import Stream, shared


class AdaptiveDifficulty(Shaping):
    """Draws the task of each episode by what was measured of all tasks.

    ``P(i) = floor / N + (1 - floor) * w_i / sum(w)`` over N tasks, with weights of a form: ``"variance"`` (``p (1 - p)``),
    ``"adarft"`` (the tasks nearest to a target difficulty) or ``"sec"`` (a bandit over categories); see
    :mod:`rlvr_envs.wrappers.exploration.curriculum` for their formulas, sources and settings.  Every task keeps at least
    ``floor / N``, so none is forgotten and each rate stays measured.

    Reads ``is_success`` (hidden tests alone decide it), ``prefill``, ``turn`` and ``trainable``; writes the option ``task_id`` of
    ``reset``, unless the caller gives one.  Measured are whole episodes without a hint that may be trained on.
    State: the curriculum, over episodes; ``pool`` shares it by name, which the environments of a vector need so that equal
    seeds go on giving equal tasks.  The draw follows from the seed of ``reset`` and the curriculum alone.  Place it outside of
    ``HintPrefix`` and ``Backtrack``.
    Optimum: tasks are only re-weighted; report what is evaluated on all tasks alike.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import AdaptiveDifficulty
    >>> env = AdaptiveDifficulty(gym.make("rlvr/Echo-v0"), tasks=["abc", "abd"], floor=0.2)
    >>> for answer in ("abc", "abc", "abc"):
    ...     _ = env.reset(options={"task_id": "abc"}), env.step(answer)
    >>> [round(float(p), 3) for p in env.probabilities()]  # p = 4/5 and 1/2: weights .16 and .25
    [0.412, 0.588]
    """

    kind = "exploration"
    effect = "re-weighted"

    def __init__(
        self,
        env: gym.Env[str, str],
        *,
        form: str = "variance",
        floor: float = 0.1,
        decay: float = 1.0,
        tasks: Sequence[str] | None = None,
        settings: Mapping[str, Any] | None = None,
        pool: str | None = None,
    ) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            form: ``"variance"``, ``"adarft"`` or ``"sec"``.
            floor: In (0, 1]: the share of episodes whose task is drawn from all alike.
            decay: In (0, 1]: how much of what was measured is kept at each further episode of a task.
            tasks: Ids of the tasks to draw from; None takes all of the environment's source.
            settings: Settings of the form, by name.
            pool: Name under which environments of one process learn together; None learns alone.

        Raises:
            ValueError: A value is outside its range, a setting is unknown or missing, or there is no list of tasks.
        """
        if form not in FORMS:
            raise ValueError(unknown("form", form, FORMS))
        for name, value in (("floor", floor), ("decay", decay)):
            check_share(name, value)
        given: dict[str, Any] = {"form": form, "floor": floor, "decay": decay, "tasks": tasks, "settings": settings}
        super().__init__(env, **given, pool=pool)
        self._ids = _ids(env, tasks)
        self._form = _form(form, settings)
        self._floor, self._decay = floor, decay
        self.curriculum = shared(Curriculum, pool)
        self._stream = Stream("AdaptiveDifficulty")
        self._drawn_from: tuple[int, Floats] | None = None
        self._task_id, self._steps, self._guided = "", 0, False
        self.probabilities()  # so that what is missing is told now

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode of a task that is drawn, or of the one that is asked for."""
        options = dict(options or {})
        chance = self._stream.begin(seed, self.env).random()
        if options.get("task_id") is None:
            edges = np.cumsum(self.probabilities())
            options["task_id"] = self._ids[min(int(np.searchsorted(edges, chance, side="right")), len(self._ids) - 1)]
        observation, info = self.env.reset(seed=seed, options=options)
        self._task_id, self._steps, self._guided = info["task_id"], 0, bool(info["prefill"])
        return observation, info

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Steps, and measures an episode without guidance when it ends."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._steps += 1
        whole = info["turn"] == self._steps and not self._guided  # else it began with a hint, or in its middle
        if (terminated or truncated) and whole and info["trainable"]:
            solved = bool(info["is_success"])
            self.curriculum.rates.add(self._task_id, solved, decay=self._decay)
            self._form.record(self._task_id, solved, self.curriculum)
            self.curriculum.version += 1
        return observation, float(reward), terminated, truncated, info

    def probabilities(self) -> Floats:
        """Returns ``P_i: [N]``, the probability of each task now; at least ``floor / N``, with the sum 1."""
        if self._drawn_from is None or self._drawn_from[0] != self.curriculum.version:
            w_i = self._form.weights(self._ids, self.curriculum)
            whole = float(w_i.sum())
            share_i = w_i / whole if whole > 0.0 else np.full(len(w_i), 1.0 / len(w_i))
            self._drawn_from = (self.curriculum.version, self._floor / len(w_i) + (1.0 - self._floor) * share_i)
        return self._drawn_from[1].copy()

    def get_progress(self) -> dict[str, Any]:
        """Returns the curriculum and the stream of chance as JSON data."""
        return {"curriculum": self.curriculum.to_plain(), "random": self._stream.to_plain()}

    def set_progress(self, progress: Mapping[str, Any]) -> None:
        """Goes on from what :meth:`get_progress` returned."""
        self.curriculum.load(progress["curriculum"])
        self._stream.load(progress["random"])


def _ids(env: gym.Env[Any, Any], tasks: Sequence[str] | None) -> tuple[str, ...]:
    if tasks is None:
        found = getattr(env.unwrapped, "task_ids", None)
        if found is None:
            base = env.unwrapped
            name = base.spec.id if base.spec is not None else type(base).__name__
            raise ValueError(f"tasks must be given, since {name} as it was made has no list of its tasks: pass their ids")
        return tuple(found)
    if isinstance(tasks, str) or not tasks or not all(isinstance(task_id, str) for task_id in tasks):
        raise ValueError(f"tasks must be None or a list of at least one id, got {tasks!r}")
    if len(set(tasks)) < len(tasks):
        raise ValueError(f"tasks must name each id once, got {len(tasks) - len(set(tasks))} of {len(tasks)} again")
    return tuple(tasks)


def _form(name: str, settings: Mapping[str, Any] | None) -> Form:
    kind = FORMS[name]
    if settings is not None and not isinstance(settings, Mapping):
        raise ValueError(f"settings must be None or a mapping, got {settings!r}")
    check_option_names(f"form {name!r}", kind.__init__, settings or {}, skip=1, complete=True)
    made: Form = kind(**(settings or {}))
    return made
