"""Plays whole episodes of a vector environment with any policy; knows nothing of tokens."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import gymnasium as gym
import numpy as np

import rlvr_envs  # noqa: F401 - registers the environments
from rlvr_envs.info import Info
from rlvr_envs.vector import TextVectorEnv
from rlvr_envs.wrappers import Recipe, RecipeLike, parse_recipe
from rlvr_envs.wrappers.group import Evidence
from rlvr_envs.wrappers.hindsight import with_hindsight

Message = dict[str, str]


@dataclass(frozen=True)
class Turn:
    """One action and what the environment said of it; ``evidence``: its hidden cases, for shapers of groups alone."""

    action: str
    reward: float
    info: Info
    evidence: Evidence = field(default=(), repr=False)


@dataclass
class Episode:
    """One episode: its seed, the conversation so far, the turns, and how it ended.

    ``cut`` says that the policy gave up (no room for a further turn), so the environment never ended the episode.
    """

    seed: int
    messages: list[Message]
    task_id: str
    prefill: str = ""
    turns: list[Turn] = field(default_factory=list)
    over: bool = False
    cut: bool = False
    new_messages: int = 0

    @property
    def reward(self) -> float:
        """The undiscounted return: the sum over turns."""
        return math.fsum(turn.reward for turn in self.turns)

    @property
    def trainable(self) -> bool:
        """Whether the sample may enter statistics and gradients: it was judged at every turn."""
        return bool(self.turns) and all(bool(turn.info["trainable"]) for turn in self.turns)

    @property
    def last(self) -> Info:
        """The info of the last turn."""
        return self.turns[-1].info

    def __repr__(self) -> str:
        """Keeps logs short: trainers print what they cannot score."""
        return f"Episode(seed={self.seed}, task_id={self.task_id!r}, turns={len(self.turns)})"


@dataclass(frozen=True)
class Request:
    """What a policy is asked: the conversation, of which the last ``new`` messages came since its last answer.

    The answer begins with ``prefill`` (the policy does not repeat it).  ``row`` tells parallel episodes apart.
    """

    row: int
    turn: int
    messages: Sequence[Message]
    new: int
    prefill: str


#: Answers requests, in order; None gives an episode up.
Respond = Callable[[Sequence[Request]], Sequence["str | None"]]


class EpisodeRunner:
    """Plays batches of episodes, one row of a vector environment each."""

    def __init__(
        self, env: str, num_envs: int, *, env_kwargs: Mapping[str, Any] | None = None, wrappers: RecipeLike = ()
    ) -> None:
        """Makes ``num_envs`` environments of the id ``env`` with the wrappers of the recipe.

        Raises:
            TypeError: The id's vector environment is not a ``TextVectorEnv``.
        """
        self.recipe: Recipe = parse_recipe(wrappers)
        self._envs = gym.make_vec(
            env, num_envs=num_envs, vectorization_mode="vector_entry_point", recipe=self.recipe, **(env_kwargs or {})
        )
        if not isinstance(self._envs.unwrapped, TextVectorEnv):
            raise TypeError(
                f"env must have a TextVectorEnv as vector_entry_point, got {type(self._envs.unwrapped).__name__} for {env!r}; "
                f"register it with vector_entry_point='rlvr_envs.vector:{env}'"
            )
        self._vector: TextVectorEnv = self._envs.unwrapped
        self.num_envs = num_envs

    def begin(self, seeds: Sequence[int]) -> list[Episode]:
        """Resets one environment for each seed and returns the episodes, not yet played.

        Raises:
            ValueError: There are more seeds than environments.
        """
        if len(seeds) > self.num_envs:
            raise ValueError(f"seeds must be at most num_envs = {self.num_envs}, got {len(seeds)}")
        padded = [int(seed) for seed in seeds] + [None] * (self.num_envs - len(seeds))
        mask = np.arange(self.num_envs) < len(seeds)
        observations, infos = self._vector.reset(seed=padded, options={"reset_mask": mask})
        episodes = []
        for row, seed in enumerate(seeds):
            info = infos["infos"][row]
            messages = _observed(self._messages(row), observations[row])
            episodes.append(Episode(int(seed), messages, info["task_id"], info["prefill"], new_messages=len(messages)))
        return episodes

    def play(self, episodes: Sequence[Episode], respond: Respond, *, agree: Callable[[bool], bool] = bool) -> None:
        """Plays ``episodes``, as ``begin`` returned them, to their ends; fills in their turns.

        Args:
            episodes: The rows in order.
            respond: The policy; it is asked once a turn, for all running episodes together.
            agree: Whether any process has a running episode, given whether this one has.  Policies that are collective over
                processes need it: they must be asked equally often everywhere, if need be with no requests.
        """
        turn = 0
        while agree(any(not episode.over for episode in episodes)):
            requests = [
                Request(row, turn, episode.messages, episode.new_messages, episode.prefill)
                for row, episode in enumerate(episodes)
                if not episode.over
            ]
            self._step(episodes, requests, respond(requests))
            turn += 1
        for row, episode in enumerate(episodes):
            episode.turns = self._looked_back(row, episode.turns)

    def close(self) -> None:
        """Closes the environments; idempotent."""
        self._envs.close()

    def _step(self, episodes: Sequence[Episode], requests: Sequence[Request], answers: Sequence[str | None]) -> None:
        actions = [""] * self.num_envs
        mask = np.zeros(self.num_envs, dtype=np.bool_)
        for request, answer in zip(requests, answers, strict=True):
            episode = episodes[request.row]
            if answer is None:
                episode.over = episode.cut = True
            else:
                actions[request.row], mask[request.row] = episode.prefill + answer, True
        if not mask.any():
            return
        observations, rewards, terminated, truncated, infos = self._vector.step(actions, mask=mask)
        for row in np.flatnonzero(mask).tolist():
            episode, info = episodes[row], infos["infos"][row]
            evidence = self._vector.envs[row].unwrapped.evidence if self.recipe.shapes_groups else ()
            episode.turns.append(Turn(actions[row], float(rewards[row]), info, evidence))
            episode.over = bool(terminated[row] or truncated[row])
            episode.messages.append({"role": "assistant", "content": actions[row]})
            if not episode.over:
                new = _observed(_since_answer(self._messages(row)), observations[row])
                episode.messages.extend(new)
                episode.new_messages, episode.prefill = len(new), info["prefill"]

    def _looked_back(self, row: int, turns: Sequence[Turn]) -> list[Turn]:
        """Returns the turns of an episode that is over with the credit that only its whole tells of."""
        infos = with_hindsight(self._vector.envs[row], [turn.action for turn in turns], [turn.info for turn in turns])
        return [replace(turn, info=info) for turn, info in zip(turns, infos, strict=True)]

    def _messages(self, row: int) -> list[Message]:
        return list(self._vector.envs[row].get_wrapper_attr("messages"))


def _observed(messages: list[Message], observation: str) -> list[Message]:
    """Returns the messages with the observation as the last one's content: wrappers may have changed it."""
    return [*messages[:-1], {**messages[-1], "content": observation}]


def _since_answer(messages: list[Message]) -> list[Message]:
    last = max(i for i, message in enumerate(messages) if message["role"] == "assistant")
    return messages[last + 1 :]
