"""Episode and Outcome: the state of an episode before an action, and what the action deserves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from rlvr_envs.facts import HiddenCase
from rlvr_envs.info import NO_SCORE, Feedback, Verdict


class HasTaskId(Protocol):
    """All that the core asks of a task."""

    @property
    def task_id(self) -> str:
        """The task's name, the same in every process."""


TaskT = TypeVar("TaskT", bound=HasTaskId)
Message = dict[str, str]


@dataclass(frozen=True)
class Episode(Generic[TaskT]):
    """The state of an episode before an action; immutable, so that judging cannot change it.

    ``state_key`` is a hash chain over the messages: equal keys mean that the next answer sees the same text.  It is ``""`` when
    there is no next answer.
    ``memory`` is plain data that belongs to the environment.
    """

    task: TaskT
    messages: tuple[Message, ...]
    turn: int = 0
    over: bool = False
    state_key: str = ""
    memory: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def begin(cls, task: TaskT, prompt: str) -> Episode[TaskT]:
        """Returns the episode of a task before its first action."""
        return cls(task, ({"role": "user", "content": prompt},), state_key=_hash(prompt))

    def advance(self, action: str, reply: str | None, memory: Mapping[str, Any]) -> Episode[TaskT]:
        """Returns the episode one turn later; without a ``reply`` it is over."""
        answer = {"role": "assistant", "content": action}
        if reply is None:
            return Episode(self.task, (*self.messages, answer), self.turn + 1, True, "", memory)
        messages = (*self.messages, answer, {"role": "user", "content": reply})
        key = _hash(f"{self.state_key}\0{action}\0{reply}")
        return Episode(self.task, messages, self.turn + 1, False, key, memory)


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What an action deserves: facts only.

    ``score`` is the verified share of the task's goals in [0, 1], ``observation`` what the model reads if the episode goes on,
    ``final`` ends an unsolved episode before its turns are used up, ``memory`` replaces the episode's.  ``evidence`` is what
    became of each hidden case: for wrappers on the trusted side, never shown and never in ``info``.
    """

    feedback: Feedback
    score: float = 0.0
    audit_score: float = NO_SCORE
    observation: str = ""
    final: bool = False
    memory: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[HiddenCase, ...] = ()

    @classmethod
    def failed(cls, verdict: Verdict, reason: str) -> Outcome:
        """An outcome that consists of a verdict and its reason."""
        return cls(feedback=Feedback(verdict=verdict.value, reason=reason), observation=reason)
