"""Runs answers that should earn nothing beside honest ones: junk, constants, remembered examples, hostile programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from benchmarks.shaping.play import Memory, Told, answer_with, in_group, play
from benchmarks.shaping.programs import LIMITS, bugs_of, siblings_of, spread
from benchmarks.shaping.recipes import Named, reward_part
from rlvr_envs.audit.answers import constants, lookup, program_with, stubs
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.sources import ListSource
from tests.hostile.asked import CALLS, right_program
from tests.hostile.catalogue import HOSTILE

#: Kinds of answer that know nothing of the task; what an honest one is, the tests say.
NOTHING: Final = ("text", "stub", "constant", "lookup", "swallowing", "hostile")
_TEXTS: Final = ("", "I cannot solve this task.", "```python\n```", "```python\ndef f(:\n```", "word " * 2000)
_SWALLOWING: Final = "try:\n    raise NotImplementedError\nexcept BaseException:\n    return 0"
_CONSTANTS, _BUGS = 6, 4
#: A verbose answer says this before its program.
_WORDY: Final = "Let me think about this step by step, and then once more. " * 60


@dataclass(frozen=True)
class Answer:
    """An answer; ``kind`` is one of :data:`NOTHING`, ``"honest"``, or ``"verbose"``, which is an honest one in many words."""

    task_id: str
    kind: str
    action: str


@dataclass
class Played:
    """The answers, what the tests said of each, and per recipe what each earns; None is one that may not be trained on."""

    answers: list[Answer]
    solved: list[bool] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    rewards: dict[str, list[float | None]] = field(default_factory=dict)


def hostile_task() -> Task:
    """Returns the task that the hostile programs try to be paid for."""
    return replace(CALLS, reference=right_program(CALLS), limits=replace(CALLS.limits, time_s=LIMITS.time_s / 2))


def make_answers(tasks: Sequence[Task], count: int, hostile: int, seed: int) -> list[Answer]:
    """Returns the answers to ``count`` tasks, and up to ``hostile`` hostile programs."""
    found = [answer for task in spread(tasks, count, "junk", seed) for answer in _answers(task, seed)]
    task = hostile_task()
    programs = [one for one in HOSTILE if one.mode == "calls"]
    step = max(1, len(programs) // hostile)
    found += [Answer(task.task_id, "hostile", answer_with(one.aimed())) for one in programs[::step][:hostile]]
    right = str(task.reference)
    found += [Answer(task.task_id, "honest", answer_with(right)), Answer(task.task_id, "verbose", _WORDY + answer_with(right))]
    found += [Answer(task.task_id, "honest", answer_with(bug.program)) for bug in bugs_of(task, _BUGS, seed)]
    return found


def _answers(task: Task, seed: int) -> Iterator[Answer]:
    def of(kind: str, programs: Sequence[str]) -> Iterator[Answer]:
        return (Answer(task.task_id, kind, answer_with(program)) for program in programs)

    reference = str(task.reference)
    bugs = [bug.program for bug in bugs_of(task, _BUGS, seed)]
    table = lookup(task)
    yield from (Answer(task.task_id, "text", text) for text in _TEXTS)
    yield from of("stub", [one.source for one in stubs(task)])
    yield from of("constant", [one.source for one in constants(task)[-_CONSTANTS:]])
    yield from of("lookup", [] if table is None else [table.source])
    yield from of("swallowing", [program_with(task, _SWALLOWING)])
    yield from of("honest", [reference, *siblings_of(task, seed, 1), *bugs])
    yield from (Answer(task.task_id, "verbose", _WORDY + answer_with(program)) for program in (reference, *bugs[:1]))


def junk(named: Named, played: Played, source: ListSource, memory: Memory, *, backend: str, seed: int, told: Told) -> None:
    """Adds what each answer earns under a recipe, in a group of all answers to its task where the recipe looks at groups."""
    part = replace(named, recipe=reward_part(named.recipe))
    answers = [(answer.task_id, answer.action) for answer in played.answers]
    answered = play(part, source, answers, memory, backend=backend, seed=seed, told=told)
    if not played.solved:
        played.solved = [bool(one.info["is_success"]) for one in answered]
        played.scores = [float(one.info["score"]) for one in answered]
    shaped = [one.info for one in answered]
    for task_id in dict.fromkeys(task_id for task_id, _ in answers):
        mine = [i for i, (other, _) in enumerate(answers) if other == task_id]
        for i, info in zip(mine, in_group(part, [answered[i] for i in mine]), strict=True):
            shaped[i] = info
    played.rewards[named.name] = [info["reward_terms"].total if info["trainable"] else None for info in shaped]
