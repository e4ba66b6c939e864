"""TextEnv: the one base of every text environment.

An environment file says four things: how a task is drawn, what its prompt is, what an action deserves
(:meth:`TextEnv._judge`), and how a task becomes plain data.  This module does the rest: order of calls, seeds, turns, messages,
the schema of ``info``, infrastructure errors, saving and restoring.

Judging is a pure, batched function of (episode, action) pairs.  So one call can re-judge answers without playing
(:meth:`TextEnv.judge`), and a vector environment can judge all its environments at once (:meth:`TextEnv.judge_batch`).
"""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic

import gymnasium as gym
import numpy as np

from rlvr_envs._bounds import fit_feedback
from rlvr_envs._naming import check_environment_options, unknown
from rlvr_envs.episode import Episode, Message, Outcome, TaskT
from rlvr_envs.errors import EnvClosed, InfraError, ResetNeeded
from rlvr_envs.facts import Fact, HiddenCase
from rlvr_envs.info import NO_SCORE, Feedback, Info, RewardTerms, Verdict
from rlvr_envs.spaces import UnicodeText

if TYPE_CHECKING:
    from typing_extensions import Self  # typing has it from Python 3.11 on

MAX_CHARS: Final = 1_000_000

# Looking up an enum's value or adding up one term costs as much as all else in a step.
_SOLVED: Final = Verdict.SOLVED.value
_FAILED: Final = Verdict.INFRA_ERROR.value
_UNTRAINABLE: Final = frozenset(verdict.value for verdict in Verdict if not verdict.trainable)
_NO_TERMS: Final = RewardTerms()
_NO_FEEDBACK: Final = Feedback()
_TERMS: Final = {solved: RewardTerms({"solved": float(solved)}) for solved in (False, True)}


class TextEnv(gym.Env[str, str], ABC, Generic[TaskT]):
    """Base of all text environments; observation and action are strings.

    Reward: 1.0 when the action solves the task, else 0.0; anything else is a wrapper's business.
    Termination: the task is solved, or the environment says that it is over, or its only turn (``max_turns=1``) is taken.
    Truncation: the turns are used up, or the machinery failed (verdict ``infra_error``, ``trainable`` False).  Never both.
    Info: the keys of :data:`rlvr_envs.info.INFO_KEYS`, all of them, from ``reset`` on.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"], "render_fps": 1}  # noqa: RUF012 - Gymnasium's own declaration
    #: Names that ``reset(options=...)`` understands.
    reset_options: ClassVar[frozenset[str]] = frozenset({"task_id"})

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Refuses a misspelt option of any environment, before ``gym.make`` turns it into a longer error.

        Raises:
            ValueError: An option that the environment does not have; the text names its id, the option and the nearest one.
        """
        check_environment_options(cls, options)
        return super().__new__(cls)

    def __init__(self, *, max_turns: int = 1, render_mode: str | None = None) -> None:
        """Prepares the environment; nothing is drawn before ``reset``.

        Raises:
            ValueError: ``max_turns`` is below 1 or ``render_mode`` is unknown.
        """
        if type(max_turns) is not int or max_turns < 1:
            raise ValueError(f"max_turns must be an int of at least 1, got {max_turns!r}")
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise ValueError(f"render_mode must be None or one of {self.metadata['render_modes']}, got {render_mode!r}")
        self.max_turns = max_turns
        self.render_mode = render_mode
        self.observation_space = UnicodeText(MAX_CHARS)
        self.action_space = UnicodeText(MAX_CHARS)
        self._episode: Episode[TaskT] | None = None
        self._last: Outcome | None = None
        self._before: Episode[TaskT] | None = None  # what the last action was taken in
        self._preloaded: tuple[str, Outcome] | None = None
        self._closed = False

    # What an environment file provides ---------------------------------------------------------------------------

    @abstractmethod
    def _draw_task(self, rng: np.random.Generator, task_id: str | None) -> TaskT:
        """Draws a task with ``rng`` alone, or the one that is asked for."""

    @abstractmethod
    def _prompt(self, task: TaskT) -> str:
        """Returns the first observation."""

    @abstractmethod
    def _judge(self, items: Sequence[tuple[Episode[TaskT], str]]) -> list[Outcome]:
        """Judges actions, each in its episode; changes nothing, never raises for what an action holds.

        Raises:
            InfraError: The machinery failed as a whole; a failure of one item is an outcome ``infra_error``.
        """

    @abstractmethod
    def _task_to_plain(self, task: TaskT) -> Any:
        """Returns the task as JSON data."""

    @abstractmethod
    def _task_from_plain(self, data: Any) -> TaskT:
        """Returns the task that :meth:`_task_to_plain` wrote."""

    def _may_train(self, task: TaskT) -> bool:
        """Whether samples of a task may enter training at all; False for one that only monitors."""
        return True

    def _hurried(self, task: TaskT, time_s: float) -> TaskT:
        """Returns a task whose answers are judged in at most ``time_s`` seconds; the task itself where it knows no limit."""
        return task

    def _render_outcome(self, outcome: Outcome) -> str:
        """Returns an outcome as text for a person."""
        return outcome.observation

    # Gymnasium ---------------------------------------------------------------------------------------------------

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode.

        Args:
            seed: Same seed, same episode, in every process and under every hash seed.
            options: ``{"task_id": str}`` picks a task.

        Raises:
            ValueError: An unknown option.
            TypeError: ``options`` is no dict, or the id no text.
            TaskError: No task of that id.
            EnvClosed: The environment was closed.
        """
        self._check_open("reset")
        super().reset(seed=seed)
        options = options or {}
        if not isinstance(options, Mapping):
            raise TypeError(f"options must be a dict or None, got {options!r}")
        strange = [name for name in options if name not in self.reset_options]
        if strange:
            raise ValueError(unknown("reset option", strange[0], sorted(self.reset_options)))
        task_id = options.get("task_id")
        if task_id is not None and not isinstance(task_id, str):
            raise TypeError(f"options['task_id'] must be text, got {task_id!r}")
        # One draw an episode: how much a task draws for its content never shifts which task comes next.
        episode_seed = int(self.np_random.integers(2**63))
        task = self._draw_task(np.random.default_rng(episode_seed), task_id)
        self._before = self._last = self._preloaded = None
        prompt = self._prompt(task)
        self._episode = Episode.begin(task, prompt)
        return prompt, self._info(self._episode, None, _NO_TERMS, False)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Judges one action.

        Raises:
            TypeError: The action is not a ``str``.
            ResetNeeded: Before ``reset`` or after the end.
            EnvClosed: The environment was closed.
        """
        episode = self._running("step")
        if not isinstance(action, str):
            raise TypeError(f"an action must be a str, got {type(action).__name__}")
        action = str(action)  # numpy's str_ from an array of actions
        outcome = self._outcome(episode, action)
        solved, failed = outcome.feedback.verdict == _SOLVED, outcome.feedback.verdict == _FAILED
        # With one turn the answer is the whole episode, so its end is no cut.
        terminated = not failed and (solved or outcome.final or self.max_turns == 1)
        truncated = failed or (not terminated and episode.turn + 1 >= self.max_turns)
        reply = None if terminated or truncated else outcome.observation
        self._before = episode
        self._episode = after = episode.advance(action, reply, outcome.memory)
        self._last = outcome
        terms = _TERMS[solved]
        return outcome.observation, float(solved), terminated, truncated, self._info(after, outcome, terms, solved)

    def render(self) -> str | None:
        """Returns the episode so far as text (``render_mode="ansi"``), None without a render mode.

        Its rules are as wide as the terminal, 80 characters where there is none.
        """
        self._check_open("render")
        if self.render_mode is None:
            return None
        if self._episode is None:
            raise ResetNeeded("render() before reset(): there is no episode to show")
        width = shutil.get_terminal_size().columns
        head = f"── {self._episode.task.task_id} ── turn {self._episode.turn} of {self.max_turns} "
        parts = [head.ljust(width, "─")]
        told = self._last is not None and not self._episode.over  # the last message says what the outcome below says
        messages = self._episode.messages[:-1] if told else self._episode.messages
        parts += [f"[{message['role']}]\n{message['content']}" for message in messages]
        if self._last is not None:
            parts += ["─" * width, self.report()]
        return "\n".join(parts)

    def close(self) -> None:
        """Ends the environment; idempotent.  Any later use raises ``EnvClosed``."""
        self._closed = True
        self._episode = self._before = self._last = self._preloaded = None

    # Beyond Gymnasium --------------------------------------------------------------------------------------------

    @property
    def facts(self) -> frozenset[Fact]:
        """What this environment states beyond what every one does, as it was made; an environment adds its own."""
        common = {Fact.REJUDGE, Fact.STATES}
        return frozenset(common | {Fact.TURNS} if self.max_turns > 1 else common)

    @property
    def evidence(self) -> tuple[HiddenCase, ...]:
        """What became of each hidden case of the last action: for the trusted side only."""
        self._begun("evidence")
        return () if self._last is None else self._last.evidence

    @property
    def messages(self) -> list[Message]:
        """The episode so far as chat messages (a copy)."""
        return [dict(message) for message in self._begun("messages").messages]

    @property
    def task(self) -> TaskT:
        """The task of the current episode, hidden tests included: for the trusted side only."""
        return self._begun("task").task

    def report(self) -> str:
        """Returns what became of the last action as text for a person, ``""`` before the first action."""
        self._begun("report")
        return "" if self._last is None else self._render_outcome(self._last)

    def judge(self, actions: Sequence[str]) -> list[Feedback]:
        """Returns what each action would get in the current state, batched; changes nothing.

        Raises:
            ResetNeeded: Before ``reset`` or after the end.
        """
        episode = self._running("judge")
        return [fit_feedback(outcome.feedback) for outcome in self._judged([(episode, action) for action in actions])]

    def judge_instead(self, actions: Sequence[str], *, time_s: float | None = None) -> list[Outcome]:
        """Returns what each action would have got in place of the last one, batched; changes nothing, also after the end.

        Outcomes hold the evidence of hidden cases: for the trusted side only.

        Args:
            actions: Other answers.
            time_s: The most seconds that judging one of them may take, where the environment has a limit of its own.

        Raises:
            ResetNeeded: There was no action since ``reset`` or ``set_state``.
            InfraError: The batch as a whole failed.
        """
        self._begun("judge_instead")
        if self._before is None:
            raise ResetNeeded("judge_instead before the first action: call step() first")
        episode = self._before
        if time_s is not None:
            episode = replace(episode, task=self._hurried(episode.task, time_s))
        return self._judged([(episode, action) for action in actions])

    @property
    def running(self) -> bool:
        """Whether an episode has begun and is not over, so that ``step`` may be called."""
        return self._episode is not None and not self._episode.over

    @property
    def task_ids(self) -> tuple[str, ...] | None:
        """Ids of all tasks in a fixed order; None where there is no list of them."""
        return None

    def retell(self, reply: str) -> str:
        """Replaces what the next turn reads about the last action, for a wrapper that says it in other words.

        ``messages``, ``get_state()`` and the key of the state follow, so all agree with what the model reads.

        Returns:
            The new ``info["state_key"]``.

        Raises:
            ResetNeeded: There is no such text: no action was taken yet, or the episode is over.
        """
        episode, before = self._running("retell"), self._before
        if before is None:
            raise ResetNeeded("retell() before step(): there is no text about an action to replace")
        self._episode = before.advance(episode.messages[-2]["content"], reply, episode.memory)
        return self._episode.state_key

    def judge_batch(self, envs: Sequence[TextEnv[TaskT]], actions: Sequence[str]) -> None:
        """Judges one action for each of several like-made environments and leaves it there for their next step.

        The outcome is used if that step's action is the judged one and forgotten otherwise, so a wrapper may still change it.

        Raises:
            InfraError: The batch as a whole failed; nothing was left anywhere.
        """
        outcomes = self._judged([(env._running("step"), action) for env, action in zip(envs, actions, strict=True)])
        for env, action, outcome in zip(envs, actions, outcomes, strict=True):
            env._preloaded = (action, outcome)

    def get_state(self) -> dict[str, Any]:
        """Returns the episode and the random state as plain JSON data; hidden tests are in it."""
        episode = self._begun("get_state")
        return {
            "task": self._task_to_plain(episode.task),
            "messages": [dict(message) for message in episode.messages],
            "turn": episode.turn,
            "over": episode.over,
            "state_key": episode.state_key,
            "memory": dict(episode.memory),
            "random": self.np_random.bit_generator.state,
        }

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Continues an episode from :meth:`get_state`, also in another process.

        Raises:
            ValueError: A key is missing, or the random state is of another generator.
        """
        self._check_open("set_state")
        missing = {"task", "messages", "turn", "over", "state_key", "memory", "random"} - set(state)
        if missing:
            raise ValueError(f"a state must hold {sorted(missing)[0]!r}; pass what get_state() returned")
        episode = Episode(
            task=self._task_from_plain(state["task"]),
            messages=tuple(dict(message) for message in state["messages"]),
            turn=int(state["turn"]),
            over=bool(state["over"]),
            state_key=str(state["state_key"]),
            memory=dict(state["memory"]),
        )
        self.np_random.bit_generator.state = state["random"]
        self._before = self._last = self._preloaded = None
        self._episode = episode

    # Inside ------------------------------------------------------------------------------------------------------

    def _judged(self, items: Sequence[tuple[Episode[TaskT], str]]) -> list[Outcome]:
        outcomes = self._judge(items)
        if len(outcomes) != len(items):
            raise TypeError(f"{type(self).__name__}._judge must return one Outcome per item ({len(items)}), got {len(outcomes)}")
        return outcomes

    def _outcome(self, episode: Episode[TaskT], action: str) -> Outcome:
        preloaded, self._preloaded = self._preloaded, None
        if preloaded is not None and preloaded[0] == action:
            return preloaded[1]
        try:
            return self._judged([(episode, action)])[0]
        except InfraError as error:  # the only place where a failure of the machinery becomes a verdict
            return Outcome.failed(Verdict.INFRA_ERROR, str(error))

    def _info(self, after: Episode[TaskT], outcome: Outcome | None, terms: RewardTerms, solved: bool) -> Info:
        feedback = _NO_FEEDBACK if outcome is None else fit_feedback(outcome.feedback)
        return {
            "task_id": after.task.task_id,
            "turn": after.turn,
            "verdict": feedback.verdict,
            "score": 0.0 if outcome is None else outcome.score,
            "is_success": solved,
            "feedback": feedback,
            "reward_terms": terms,
            "credit": (),
            "trainable": feedback.verdict not in _UNTRAINABLE and self._may_train(after.task),
            "state_key": after.state_key,
            "prefill": "",
            "audit_score": NO_SCORE if outcome is None else outcome.audit_score,
        }

    def _check_open(self, what: str) -> None:
        if self._closed:
            raise EnvClosed(f"{what}() after close(): make a new environment")

    def _begun(self, what: str) -> Episode[TaskT]:
        episode = self._episode
        if episode is None:
            self._check_open(what)
            raise ResetNeeded(f"{what} before reset(): call reset() first")
        return episode

    def _running(self, what: str) -> Episode[TaskT]:
        episode = self._episode
        if episode is None or episode.over:
            self._begun(what)
            raise ResetNeeded(f"{what} after the end of the episode: call reset() first")
        return episode
