"""Why a reference fails: its first failing test, with the exception or the values.

A judgement tells only counts of hidden and audit tests, since a model reads it.  Here the tests are judged once more as visible
ones, in groups that a judgement tells whole, for the author of the tasks alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from rlvr_envs.info import CaseResult, ExceptionInfo, Frame, Verdict
from rlvr_envs.parsing.code import CodeBlock
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.tasks.base import Suite, Task, Test
from rlvr_envs.verifiers.judging import MAX_VISIBLE_CASES, Judgement, judge_many
from rlvr_envs.verifiers.show import clip

_SHOWN: Final = 200


@dataclass(frozen=True)
class Failure:
    """The first test that a reference fails.

    ``test`` is its place (``hidden[2]``, ``""`` where the program did not even load) and ``call`` the test as text; ``verdict``
    is what became of it.  ``exception`` and ``message`` are what was raised, ``line`` and ``source`` the place in the reference
    (0 and ``""`` where there is none); ``difference`` tells of a wrong value what was given and expected.
    """

    test: str
    verdict: str
    call: str = ""
    exception: str = ""
    message: str = ""
    line: int = 0
    source: str = ""
    difference: str = ""

    def __str__(self) -> str:
        """Shows everything in one line."""
        head = f"{self.test} `{self.call}`" if self.test else "it does not load"
        raised = f"{self.exception}: {self.message}" if self.message else self.exception
        what = f"raised {raised}" if raised else self.difference or self.verdict.replace("_", " ")
        place = f", line {self.line}" + (f" `{self.source}`" if self.source else "") if self.line else ""
        return " ".join(f"{head}: {what}{place}".split())


def find_failures(sandbox: Sandbox, programs: Sequence[tuple[Task, CodeBlock]]) -> list[Failure | None]:
    """Returns the first failing test of each program; None where none fails this time, or the machinery did.

    Raises:
        EnvClosed: The sandbox was closed.
        SandboxUnavailable: The sandbox cannot be started.
    """
    parts = [list(_parts(task)) for task, _ in programs]
    items = [(part, block) for mine, (_, block) in zip(parts, programs, strict=True) for part in mine]
    judged = iter(judge_many(sandbox, items))
    found = [list(islice(judged, len(mine))) for mine in parts]
    return [_first(task, judgements) for (task, _), judgements in zip(programs, found, strict=True)]


def _parts(task: Task) -> Iterator[Task]:
    """Yields the task with its tests as visible ones, so many at a time as a judgement tells of."""
    tests = tuple(task.tests)
    for start in range(0, len(tests), MAX_VISIBLE_CASES):
        yield replace(task, tests=Suite(visible=tests[start : start + MAX_VISIBLE_CASES]))


def _first(task: Task, judgements: Sequence[Judgement]) -> Failure | None:
    names = [f"{group}[{i}]" for group in ("visible", "hidden", "audit") for i in range(len(_group(task, group)))]
    cases = [case for judgement in judgements for case in judgement.cases]
    for judgement in judgements:
        if judgement.verdict in (Verdict.INFRA_ERROR, Verdict.UNSCORED):
            return None
        if judgement.exception is not None:
            return _raised(Failure("", judgement.verdict.value), judgement.exception)
    failed = next(((name, case) for name, case in zip(names, cases, strict=False) if not case.passed), None)
    return None if failed is None else _of_case(*failed)


def _group(task: Task, name: str) -> tuple[Test, ...]:
    tests: tuple[Test, ...] = getattr(task.tests, name)
    return tests


def _of_case(name: str, case: CaseResult) -> Failure:
    failure = Failure(name, case.verdict, clip(case.call, _SHOWN))
    if case.exception is not None:
        return _raised(failure, case.exception)
    sides = [f"got {clip(case.left, _SHOWN)}"] if case.left else []
    sides += [f"expected {clip(case.right, _SHOWN)}"] if case.left and case.right else []
    told = ", ".join(sides) or case.difference if case.verdict == Verdict.WRONG else ""
    return replace(_at(failure, case.stopped_at), difference=told)


def _raised(failure: Failure, error: ExceptionInfo) -> Failure:
    return replace(_at(failure, error.frames), exception=error.type, message=clip(error.message, _SHOWN))


def _at(failure: Failure, frames: Sequence[Frame]) -> Failure:
    if not frames:
        return failure
    return replace(failure, line=frames[-1].line, source=clip(frames[-1].source.strip(), _SHOWN))
