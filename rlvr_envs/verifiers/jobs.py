"""What one program is asked, and its answers sorted by test.

A job runs its program at most four times: once for all calls, once for all texts on stdin, once for test code that
needs a guest of its own, and once more for planned tests that turn out to ask something of an object.  Results come back in
the order in which things were asked and are handed to the checks that asked them.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any, Final

from rlvr_envs.facts import HiddenCase
from rlvr_envs.info import CaseResult, Verdict
from rlvr_envs.parsing.code import CodeBlock
from rlvr_envs.sandbox.base import CallResult, Program, RunResult, Status
from rlvr_envs.sandbox.guest.stubs import gives_objects
from rlvr_envs.sandbox.text import told
from rlvr_envs.tasks.base import Task
from rlvr_envs.verifiers.checkers import Question, checker_program, rulings, verdict_of
from rlvr_envs.verifiers.checks import MAX_VALUE_CHARS, AssertCheck, Check, Finding, Mode, make_check
from rlvr_envs.verifiers.compare import MAX_DIFFERENCE_CHARS
from rlvr_envs.verifiers.exceptions import claimed, stopped_at
from rlvr_envs.verifiers.sharing import may_share
from rlvr_envs.verifiers.show import clip
from rlvr_envs.verifiers.work import of_one_program

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

    mode: Mode
    program: Program
    cases: tuple[int, ...]


@dataclass(frozen=True)
class Job:
    """A program and all that is asked of it."""

    task: Task
    block: CodeBlock
    cases: tuple[Case, ...]
    program: Program  # what all parts have in common
    parts: tuple[Part, ...] = ()

    def sort(self, runs: Sequence[RunResult]) -> Answers:
        """Returns the results of all parts, sorted by case."""
        checked = tuple(_checked(run, len(part.cases)) for part, run in zip(self.parts, runs, strict=True))
        return Answers(self, checked)


def plan_job(task: Task, block: CodeBlock, *, trace_lines: bool = False) -> Job:
    """Returns what is asked of a program: visible tests first, then hidden ones, then audit tests."""
    tests = task.tests
    groups = ((Group.VISIBLE, tests.visible), (Group.HIDDEN, tests.hidden), (Group.AUDIT, tests.audit))
    cases = tuple(Case(group, n, make_check(test, task)) for group, members in groups for n, test in enumerate(members))
    program = Program(
        source=block.source,
        entry_point=None if task.entry_point is None else task.entry_point.split(".")[0],
        setup=task.setup,
        limits=task.limits,
        trace_lines=trace_lines,
    )
    job = Job(task, block, cases, program)
    return replace(job, parts=tuple(part for mode in Mode if (part := _part(job, mode)) is not None))


def _part(job: Job, mode: Mode, reopened: Container[int] | None = None) -> Part | None:
    """Returns the run that asks what the checks of one mode ask, of all cases or those that are reopened; None if nothing.

    Reopened tests change nothing, so what a function gave must answer them as plain data would.  Objects of a class that the
    tests know as one need not: its methods may well say different things.
    """
    asked: list[Any] = []
    owners: list[int] = []
    for index, case in enumerate(job.cases):
        if case.check.mode is mode and (reopened is None or index in reopened):
            items = case.check.asks()
            asked += items
            owners += [index] * len(items)
    if not asked:
        return None
    told = frozenset(i for i, owner in enumerate(owners) if job.cases[owner].group is Group.VISIBLE)
    settled = reopened is not None and not gives_objects(str(job.task.entry_point))
    groups: tuple[int, ...] = (len(told), len(asked) - len(told))  # one that is told of may not know hidden inputs
    if mode is Mode.STDIN and not may_share(f"{job.task.setup}\n{job.block.source}"):
        groups = ()  # none may find what an earlier one left behind
    fields: dict[Mode, Mapping[str, Any]] = {
        Mode.CALLS: {"calls": tuple(asked), "together": groups},
        Mode.STDIN: {"stdin": tuple(asked), "entry_point": None, "together": groups},
        Mode.TESTS: {"tests": tuple(asked), "test_setup": job.task.test_setup, "settled": settled},
    }
    return Part(mode, replace(job.program, trace_calls=told, **fields[mode]), tuple(owners))


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
    decided: Mapping[int, Finding] = field(default_factory=dict)  # of cases that were decided before others were reopened

    @cached_property
    def _results(self) -> tuple[tuple[CallResult, ...], ...]:
        """The results of each case."""
        sorted_results: list[list[CallResult]] = [[] for _ in self.job.cases]
        for part, run in zip(self.job.parts, self.runs, strict=True):
            for owner, result in zip(part.cases, run.results, strict=True):
                if self.job.cases[owner].check.mode is part.mode:  # a reopened case left the run that could not decide it
                    sorted_results[owner].append(result)
        return tuple(map(tuple, sorted_results))

    @cached_property
    def _findings(self) -> tuple[Finding, ...]:
        with of_one_program():
            found = [
                self.decided.get(index) or case.check.judge(results)
                for index, (case, results) in enumerate(zip(self.job.cases, self._results, strict=True))
            ]
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

    def reopening(self) -> Job | None:
        """Returns the job with one part more, which decides planned tests that ask something of an object; None without any."""
        cases = tuple(
            replace(case, check=case.check.as_statement())
            if finding.needs_object and isinstance(case.check, AssertCheck)
            else case
            for case, finding in zip(self.job.cases, self._findings, strict=True)
        )
        job = replace(self.job, cases=cases)
        part = _part(
            job, Mode.TESTS, {i for i, (new, old) in enumerate(zip(cases, self.job.cases, strict=True)) if new is not old}
        )
        return None if part is None else replace(job, parts=(*job.parts, part))

    def with_reopened(self, job: Job, run: RunResult) -> Answers:
        """Returns these answers with what came of :meth:`reopening`; all other cases stay decided."""
        decided = {index: finding for index, finding in enumerate(self._findings) if job.cases[index] is self.job.cases[index]}
        return Answers(job, (*self.runs, _checked(run, len(job.parts[-1].cases))), decided=decided)

    def referral(self) -> Program | None:
        """Returns the run that asks the task's checker, None when it need not be asked."""
        return checker_program(self.job.task, list(self._questions.values())) if self._questions else None

    def with_ruling(self, run: RunResult) -> Answers:
        """Returns these answers with what the checker said to :meth:`referral`."""
        return replace(self, ruling=run)

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
