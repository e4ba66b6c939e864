"""What one program is asked, and its answers sorted by test.

A job runs its program at most three times: once for all calls, once for all texts on stdin, once for test code that
needs a guest of its own.  Results come back in the order in which things were asked and are handed to the checks that asked
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Any, Final

from rlvr_envs.facts import HiddenCase
from rlvr_envs.info import CaseResult, Verdict
from rlvr_envs.parsing.code import CodeBlock
from rlvr_envs.sandbox.base import CallResult, Program, RunResult, Status
from rlvr_envs.sandbox.text import told
from rlvr_envs.tasks.base import Task
from rlvr_envs.verifiers.checkers import Question, checker_program, rulings, verdict_of
from rlvr_envs.verifiers.checks import MAX_VALUE_CHARS, Check, Finding, Mode, make_check
from rlvr_envs.verifiers.compare import MAX_DIFFERENCE_CHARS
from rlvr_envs.verifiers.exceptions import claimed, stopped_at
from rlvr_envs.verifiers.show import clip

MAX_STDOUT_CHARS: Final = 1000


class Group(Enum):
    """The three kinds of test."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    AUDIT = "audit"


@dataclass(frozen=True)
class Case:
    """One test of a task."""

    group: Group
    number: int
    check: Check


@dataclass(frozen=True)
class Part:
    """One run of the program; ``cases[i]`` is the index of the case that asked the i-th thing."""

    program: Program
    cases: tuple[int, ...]


@dataclass(frozen=True)
class Job:
    """A program and all that is asked of it."""

    task: Task
    block: CodeBlock
    cases: tuple[Case, ...]
    parts: tuple[Part, ...]

    def sort(self, runs: Sequence[RunResult]) -> Answers:
        """Returns the results of all parts, sorted by case."""
        checked = tuple(_checked(run, len(part.cases)) for part, run in zip(self.parts, runs, strict=True))
        return Answers(self, checked)


def plan_job(task: Task, block: CodeBlock, *, trace_lines: bool = False) -> Job:
    """Returns what is asked of a program: visible tests first, then hidden ones, then audit tests."""
    tests = task.tests
    groups = ((Group.VISIBLE, tests.visible), (Group.HIDDEN, tests.hidden), (Group.AUDIT, tests.audit))
    cases = tuple(Case(group, n, make_check(test, task)) for group, members in groups for n, test in enumerate(members))
    parts = tuple(part for mode in Mode if (part := _part(task, block, cases, mode, trace_lines)) is not None)
    return Job(task, block, cases, parts)


def _part(task: Task, block: CodeBlock, cases: Sequence[Case], mode: Mode, trace_lines: bool) -> Part | None:
    asked: list[Any] = []
    owners: list[int] = []
    for index, case in enumerate(cases):
        if case.check.mode is mode:
            items = case.check.asks()
            asked += items
            owners += [index] * len(items)
    if not asked:
        return None
    told = frozenset(i for i, owner in enumerate(owners) if cases[owner].group is Group.VISIBLE)
    program = Program(
        source=block.source,
        entry_point=None if task.entry_point is None else task.entry_point.split(".")[0],
        setup=task.setup,
        limits=task.limits,
        trace_calls=told,
        trace_lines=trace_lines,
    )
    fields: dict[Mode, Mapping[str, Any]] = {
        Mode.CALLS: {"calls": tuple(asked)},
        Mode.STDIN: {"stdin": tuple(asked), "entry_point": None, "together": _groups(cases, owners)},
        Mode.TESTS: {"tests": tuple(asked), "test_setup": task.test_setup},
    }
    return Part(replace(program, **fields[mode]), tuple(owners))


def _groups(cases: Sequence[Case], owners: Sequence[int]) -> tuple[int, ...]:
    """Returns how many texts are of visible tests, and how many of others: a run that is told of may not know hidden inputs."""
    visible = sum(cases[owner].group is Group.VISIBLE for owner in owners)
    return visible, len(owners) - visible


def _checked(run: RunResult, asked: int) -> RunResult:
    """Returns a run whose results can be trusted to be as many as were asked, and to be void when the run as a whole is.

    A run that ended badly although none of its results says so did something outside of them all (forged replies, a second
    process, death after the last answer): then no result counts.
    """
    if len(run.results) != asked and run.status in (Status.OK, Status.INFRA_ERROR):
        detail = f"{len(run.results)} results for {asked} things asked"
        return replace(
            run, status=Status.INFRA_ERROR, detail=run.detail or detail, results=(CallResult(Status.INFRA_ERROR),) * asked
        )
    missing = (CallResult(Status.NOT_RUN),) * (asked - len(run.results))
    results = (*run.results, *missing)[:asked]
    if run.status is not Status.OK and all(result.status is not run.status for result in results):
        results = tuple(CallResult(run.status) if result.status is Status.OK else result for result in results)
    return replace(run, results=results)


@dataclass(frozen=True)
class Answers:
    """The results of a job."""

    job: Job
    runs: tuple[RunResult, ...]
    ruling: RunResult | None = None  # what the checker said, once it was asked

    @cached_property
    def _results(self) -> tuple[tuple[CallResult, ...], ...]:
        """The results of each case."""
        sorted_results: list[list[CallResult]] = [[] for _ in self.job.cases]
        for part, run in zip(self.job.parts, self.runs, strict=True):
            for owner, result in zip(part.cases, run.results, strict=True):
                sorted_results[owner].append(result)
        return tuple(map(tuple, sorted_results))

    @cached_property
    def _findings(self) -> tuple[Finding, ...]:
        found = [case.check.judge(results) for case, results in zip(self.job.cases, self._results, strict=True)]
        if self.ruling is not None:
            for index, answer in zip(self._questions, rulings(self.ruling, len(self._questions)), strict=True):
                verdict, reason = verdict_of(answer, self.ruling)
                difference = "" if verdict is Verdict.SOLVED else clip(reason, MAX_DIFFERENCE_CHARS)
                found[index] = replace(found[index], verdict=verdict, difference=difference)
        return tuple(found)

    @cached_property
    def _questions(self) -> dict[int, Question]:
        """What the checker is to be asked, by case."""
        asked = (
            (i, case.check.question(results)) for i, (case, results) in enumerate(zip(self.job.cases, self._results, strict=True))
        )
        return {index: one for index, one in asked if one is not None}

    def referral(self) -> Program | None:
        """Returns the run that asks the task's checker, None when it need not be asked."""
        return checker_program(self.job.task, list(self._questions.values())) if self._questions else None

    def with_ruling(self, run: RunResult) -> Answers:
        """Returns these answers with what the checker said to :meth:`referral`."""
        return Answers(self.job, self.runs, run)

    def verdicts(self) -> dict[Group, list[Verdict]]:
        """Returns the verdicts of all cases by group, in the order of the tests."""
        found: dict[Group, list[Verdict]] = {group: [] for group in Group}
        for case, finding in zip(self.job.cases, self._findings, strict=True):
            found[case.group].append(finding.verdict)
        return found

    def statuses(self, *groups: Group) -> set[Status]:
        """Returns how the items of these groups (of all when none is named) ended."""
        wanted = groups or tuple(Group)
        chosen = (results for case, results in zip(self.job.cases, self._results, strict=True) if case.group in wanted)
        return {result.status for results in chosen for result in results}

    def stopped_in_item(self, run: RunResult) -> bool:
        """Whether what ended ``run`` shows in one of its items; if not, it happened while the program was loaded."""
        return any(result.status is run.status for result in run.results)

    def visible_cases(self, limit: int) -> tuple[CaseResult, ...]:
        """Returns the first ``limit`` visible cases as feedback."""
        told: list[CaseResult] = []
        for case, finding, results in zip(self.job.cases, self._findings, self._results, strict=True):
            if case.group is Group.VISIBLE and len(told) < limit:
                told.append(self._told(case, finding, results))
        return tuple(told)

    def hidden_cases(self) -> tuple[HiddenCase, ...]:
        """Returns verdict and executed lines of every hidden case."""
        rows = zip(self.job.cases, self._findings, self._results, strict=True)
        return tuple(
            HiddenCase(found.verdict.value, self._lines(results)) for case, found, results in rows if case.group is Group.HIDDEN
        )

    def _lines(self, results: Sequence[CallResult]) -> tuple[int, ...]:
        return tuple(sorted({line for result in results for line in result.lines if 1 <= line <= len(self.job.block.lines)}))

    def _told(self, case: Case, finding: Finding, results: Sequence[CallResult]) -> CaseResult:
        printed = "" if case.check.mode is Mode.STDIN else "".join(result.stdout for result in results)
        return CaseResult(
            id=f"visible[{case.number}]",
            verdict=finding.verdict.value,
            call=case.check.text,
            left=told(finding.left, MAX_VALUE_CHARS),
            right=told(finding.right, MAX_VALUE_CHARS),
            difference=told(finding.difference, MAX_DIFFERENCE_CHARS),
            exception=None if finding.raised is None else claimed(finding.raised, self.job.block),
            stdout=told(clip(printed, MAX_STDOUT_CHARS), MAX_STDOUT_CHARS),
            wall_s=sum(result.wall_s for result in results),
            lines=self._lines(results),
            stopped_at=stopped_at(next((result.stopped_at for result in results if result.stopped_at), ()), self.job.block),
        )
