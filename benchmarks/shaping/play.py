"""Plays answers under a recipe.

An answer that was judged before is not run again, so that recipes differ in nothing but themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import gymnasium as gym

from benchmarks.shaping.recipes import Named, with_recipe
from rlvr_envs.core import TextEnv
from rlvr_envs.envs.code import CodeEnv
from rlvr_envs.episode import Episode, Outcome
from rlvr_envs.facts import HiddenCase
from rlvr_envs.info import Info
from rlvr_envs.sandbox.base import Program, RunResult, Sandbox, SandboxReport
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.sources import ListSource

ENV_ID: Final = "rlvr-bench/Shaping-v0"
ENVS: Final = 32
_FENCE: Final = "```python\n"
#: Where the program begins in an answer.
OFFSET: Final = len(_FENCE)
#: No wrapper: what the tests say.
OUTCOME: Final = with_recipe((), "no wrapper")
Judge = Callable[[Sequence[tuple[Episode[Task], str]]], list[Outcome]]
#: Told after each batch how many answers were played.
Told = Callable[[int], None]


def answer_with(program: str) -> str:
    """Returns an answer that holds a program, as a model would write it."""
    return f"{_FENCE}{program}\n```"


@dataclass
class Memory:
    """Outcomes by task, limits, answer and whether lines were traced.

    With ``keep_extra`` False, what a wrapper asks beyond the step itself is judged anew each time, so that it can be timed.
    """

    keep_extra: bool = True
    programs: int = 0
    _outcomes: dict[tuple[str, Limits, str, bool], Outcome] = field(default_factory=dict)
    _stepping: bool = False

    def __deepcopy__(self, memo: dict[int, Any]) -> Memory:
        """Returns itself: environments share it, and Gymnasium copies the arguments of ``gym.make``."""
        return self

    def recall(self, items: Sequence[tuple[Episode[Task], str]], traced: bool, judge: Judge) -> list[Outcome]:
        """Returns the outcomes of all items; those that are not known are judged in one batch."""
        if not (self.keep_extra or self._stepping):
            return judge(items)
        keys = [(episode.task.task_id, episode.task.limits, action, traced) for episode, action in items]
        new = {key: item for key, item in zip(keys, items, strict=True) if key not in self._outcomes}
        if new:
            self._outcomes.update(zip(new, judge(list(new.values())), strict=True))
        return [self._outcomes[key] for key in keys]

    @contextmanager
    def stepping(self) -> Iterator[None]:
        """Within it, the step itself is judged, and outside it whatever a wrapper asks for beyond."""
        self._stepping = True
        try:
            yield
        finally:
            self._stepping = False


class CountingSandbox(Sandbox):
    """Passes programs on and counts them."""

    def __init__(self, sandbox: Sandbox, memory: Memory) -> None:
        """Counts in ``memory.programs``."""
        self._sandbox, self._memory = sandbox, memory

    def run_many(self, programs: Sequence[Program]) -> list[RunResult]:
        """Runs and counts."""
        self._memory.programs += len(programs)
        return self._sandbox.run_many(programs)

    def report(self) -> SandboxReport:
        """Returns the report of the sandbox below."""
        return self._sandbox.report()

    def close(self) -> None:
        """Leaves the sandbox open: it is shared by all environments of the process."""


class ReplayedCodeEnv(CodeEnv):
    """``rlvr/Code-v0`` with a memory, and a count of the programs that it runs."""

    def __init__(self, *, memory: Memory, **options: Any) -> None:
        """Makes the environment; ``options`` are those of ``rlvr/Code-v0``."""
        super().__init__(**options)
        self._memory = memory
        self.sandbox = CountingSandbox(self.sandbox, memory)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Steps; the answer is judged at most once."""
        with self._memory.stepping():
            return super().step(action)

    def judge_batch(self, envs: Sequence[TextEnv[Task]], actions: Sequence[str]) -> None:
        """Judges the answers of a step together, each at most once."""
        with self._memory.stepping():
            super().judge_batch(envs, actions)

    def _judge(self, items: Sequence[tuple[Episode[Task], str]]) -> list[Outcome]:
        return self._memory.recall(items, self._trace_lines, super()._judge)


class OwnTasks(ValueError):
    """Raised when a recipe plays other tasks than it was asked to, so that its answers cannot be compared."""


def make_envs(named: Named, tasks: ListSource, memory: Memory, *, num_envs: int = ENVS, backend: str = "auto") -> Any:
    """Returns a vector environment under the recipe.

    Raises:
        ValueError: The recipe does not fit ``rlvr/Code-v0``.
    """
    if ENV_ID not in gym.registry:
        vector_entry_point = f"rlvr_envs.vector:{ENV_ID}"
        gym.register(ENV_ID, entry_point=ReplayedCodeEnv, vector_entry_point=vector_entry_point, order_enforce=False)
    options = {"tasks": tasks, "memory": memory, "backend": backend, **named.options}
    return gym.make_vec(ENV_ID, num_envs=num_envs, recipe=named.recipe, **options)


@dataclass(frozen=True)
class Answered:
    """What came of an answer: its text, the info of its step, and the evidence that shapers of groups may ask for."""

    action: str
    info: Info
    evidence: tuple[HiddenCase, ...]


def play(
    named: Named,
    tasks: ListSource,
    answers: Sequence[tuple[str, str]],
    memory: Memory,
    *,
    backend: str = "auto",
    seed: int = 0,
    told: Told = lambda _: None,
) -> list[Answered]:
    """Returns what came of each answer, pairs of task id and action, in order.

    Raises:
        ValueError: The recipe does not fit ``rlvr/Code-v0``.
        OwnTasks: The recipe plays other tasks.
    """
    envs = make_envs(named, tasks, memory, num_envs=min(ENVS, max(1, len(answers))), backend=backend)
    found: list[Answered] = []
    try:
        for start in range(0, len(answers), envs.num_envs):
            chunk = list(answers[start : start + envs.num_envs])
            mask = [True] * len(chunk) + [False] * (envs.num_envs - len(chunk))
            padded = chunk + [chunk[0]] * (envs.num_envs - len(chunk))
            envs.reset(seed=seed + start, options={"task_id": [task_id for task_id, _ in padded]})
            *_, whole = envs.step([action for _, action in padded], mask=mask)
            steps = zip(chunk, whole["infos"], envs.envs, strict=False)  # a last chunk is shorter
            found += [Answered(action, info, tuple(env.unwrapped.evidence)) for (_, action), info, env in steps]
            told(len(chunk))
    finally:
        envs.close()
    for (asked, _), one in zip(answers, found, strict=True):
        if one.info["task_id"] != asked:
            raise OwnTasks(f"{named.name} plays {one.info['task_id']!r} where {asked!r} was asked")
    return found


def in_group(named: Named, group: Sequence[Answered]) -> list[Info]:
    """Returns the infos of answers to one task as the recipe's shapers of groups leave them."""
    return named.recipe.shape_group([one.action for one in group], [one.info for one in group], [one.evidence for one in group])


def fitting(recipes: Sequence[Named], tasks: ListSource, memory: Memory, *, backend: str) -> tuple[list[Named], dict[str, str]]:
    """Returns the recipes that can be played here, and name and reason of the others.

    Some need traced lines with certain options alone, which only making them tells.

    Raises:
        ValueError: A user's own recipe cannot be played.
    """
    kept: list[Named] = []
    left_out: dict[str, str] = {}
    first = tasks.ids()[0]
    for named in recipes:
        traced = replace(named, extra=(*named.extra, ("trace", "lines")))
        try:
            try:
                play(named, tasks, [(first, answer_with("pass"))], memory, backend=backend)
                kept.append(named)
            except OwnTasks:
                raise
            except ValueError:
                play(traced, tasks, [(first, answer_with("pass"))], memory, backend=backend)
                kept.append(traced)
        except ValueError as error:
            if named.kind == "own":
                raise
            left_out[named.name] = str(error)
    return kept, left_out


def solvable_of(tasks: Sequence[Task], memory: Memory, *, backend: str, told: Told = lambda _: None) -> list[Task]:
    """Returns the tasks whose reference passes."""
    answers = [(task.task_id, answer_with(str(task.reference))) for task in tasks]
    played = play(OUTCOME, ListSource(tasks, name="references"), answers, memory, backend=backend, told=told)
    return [task for task, one in zip(tasks, played, strict=True) if one.info["is_success"]]
