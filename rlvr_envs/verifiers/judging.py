"""Judging of programs: from tasks and code blocks to verdicts and feedback, in one batch over a sandbox.

Guaranteed: what was expected never enters a guest that runs the solution; of hidden and audit tests nothing but counts leaves
this module; a failure of the machinery is the verdict ``infra_error`` and never a wrong answer.  Not guaranteed: that what a
guest says about itself (exceptions, frames, locals, printed text, times of calls) is true.  docs/judging.md has the rules.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rlvr_envs.facts import HiddenCase
from rlvr_envs.info import NO_SCORE, CaseResult, ExceptionInfo, Resources, SandboxInfo, Verdict
from rlvr_envs.parsing.code import CodeBlock
from rlvr_envs.parsing.syntax import MAX_SOURCE_CHARS, check_syntax
from rlvr_envs.sandbox.base import Sandbox, Status
from rlvr_envs.sandbox.text import told
from rlvr_envs.tasks.base import AssertTest, CallTest, Task, Test
from rlvr_envs.verifiers.canonical import canonical
from rlvr_envs.verifiers.exceptions import claimed, placed
from rlvr_envs.verifiers.jobs import MAX_STDOUT_CHARS, Answers, Group, Job, plan_job
from rlvr_envs.verifiers.show import clip

#: Changes whenever the same program could be judged differently.
JUDGE_VERSION: Final = "5"
MAX_VISIBLE_CASES: Final = 32

_log = logging.getLogger(__name__)

#: How a program may be stopped, the first that occurred in this order gives the verdict.
_STOPS: Final = (Status.FORBIDDEN, Status.CRASH, Status.MEMORY, Status.OUTPUT_LIMIT, Status.TIMEOUT)


@dataclass(frozen=True)
class Judgement:
    """What a program was found to be.

    ``cases`` are the visible ones, at most :data:`MAX_VISIBLE_CASES`; the counts are of all.  ``exception`` is one outside any
    case (a syntax error, or one raised while loading), ``stdout`` what was printed while loading.  ``reason`` is one of the
    codes of docs/judging.md.  ``evidence`` is of the hidden cases, for the trusted side alone.
    """

    verdict: Verdict
    reason: str = ""
    cases: tuple[CaseResult, ...] = ()
    visible_passed: int = 0
    visible_total: int = 0
    hidden_passed: int = 0
    hidden_total: int = 0
    audit_passed: int = 0
    audit_total: int = 0
    exception: ExceptionInfo | None = None
    stdout: str = ""
    resources: Resources = Resources()
    sandbox: SandboxInfo = SandboxInfo()
    evidence: tuple[HiddenCase, ...] = ()

    @property
    def score(self) -> float:
        """Share of the goal tests passed, in [0, 1]; the goals are the hidden tests, or the visible ones when there are none."""
        if self.hidden_total:
            return self.hidden_passed / self.hidden_total
        return self.visible_passed / self.visible_total if self.visible_total else 0.0

    @property
    def audit_score(self) -> float:
        """Share of the audit tests passed, ``NO_SCORE`` (a nan) when there are none."""
        return self.audit_passed / self.audit_total if self.audit_total else NO_SCORE


def judge_many(sandbox: Sandbox, items: Sequence[tuple[Task, CodeBlock | None]], *, trace_lines: bool = False) -> list[Judgement]:
    """Judges programs, all of them in one batch, and returns the judgements in order.

    Args:
        sandbox: Where the programs run.
        items: Task and program of each answer, None for an answer without a program.
        trace_lines: Whether the visible cases shall tell which lines they executed.

    Raises:
        EnvClosed: The sandbox was closed.
        SandboxUnavailable: The sandbox cannot be started.
        TaskError: A task holds a test that cannot be asked.
    """
    early = [_without_running(task, block) for task, block in items]
    running = [item for item, known in zip(items, early, strict=True) if known is None]
    jobs = [plan_job(task, block, trace_lines=trace_lines) for task, block in running if block is not None]
    programs = [part.program for job in jobs for part in job.parts]
    runs = iter(sandbox.run_many(programs) if programs else ())
    where = sandbox.report() if programs else None
    ran = []
    sorted_runs = [job.sort(tuple(next(runs) for _ in job.parts)) for job in jobs]
    for answers in _with_rulings(sandbox, _with_reopened(sandbox, sorted_runs)):
        python = next((run.python for run in answers.runs), "")
        info = SandboxInfo() if where is None else SandboxInfo(where.backend, where.level, python or where.python)
        ran.append(_judge(answers.job, answers, info))
    judged = iter(ran)
    return [next(judged) if known is None else known for known in early]


def _with_reopened(sandbox: Sandbox, answers: Sequence[Answers]) -> list[Answers]:
    """Runs planned tests as statements whose calls gave objects of which they ask something, in one batch of its own."""
    reopened = [(one, one.reopening()) for one in answers]
    programs = [job.parts[-1].program for _, job in reopened if job is not None]
    runs = iter(sandbox.run_many(programs) if programs else ())
    return [one if job is None else one.with_reopened(job, next(runs)) for one, job in reopened]


def _with_rulings(sandbox: Sandbox, answers: Sequence[Answers]) -> list[Answers]:
    """Asks the checkers of all tasks that have one, in one batch of its own: every solution has ended by then."""
    asked = [(one, one.referral()) for one in answers]
    programs = [program for _, program in asked if program is not None]
    said = iter(sandbox.run_many(programs) if programs else ())
    return [one if program is None else one.with_ruling(next(said)) for one, program in asked]


def judge_key(task: Task) -> str:
    """Returns a hash of all that a judgement depends on but the program: the task, its comparison and the judge's version."""
    tests = [[_test_content(test) for test in group] for group in (task.tests.visible, task.tests.hidden, task.tests.audit)]
    texts = [task.task_id, task.prompt, task.entry_point, task.setup, task.test_setup, task.checker]
    content = [JUDGE_VERSION, task.comparison, *texts, dict(vars(task.limits)), tests]
    return hashlib.sha256(canonical(content).encode("utf-8", "surrogatepass")).hexdigest()


def _test_content(test: Test) -> list[Any]:
    if isinstance(test, AssertTest):
        return ["assert", test.source]
    if isinstance(test, CallTest):
        return ["call", test.args, dict(test.kwargs), test.expected]
    return ["stdio", test.stdin, test.stdout]


def _without_running(task: Task, block: CodeBlock | None) -> Judgement | None:
    """Returns the judgement that needs no sandbox, if there is one."""
    if block is None:
        return _blank(task, Verdict.MALFORMED, "no_code")
    if len(block.source) > MAX_SOURCE_CHARS:
        return _blank(task, Verdict.MALFORMED, "too_large")
    if not (task.tests.visible or task.tests.hidden):
        return _blank(task, Verdict.UNSCORED, "no_tests")
    error = check_syntax(block.source)
    if error is not None:
        return replace(_blank(task, Verdict.ERROR, "syntax_error"), exception=placed(error, block))
    return None


def _blank(task: Task, verdict: Verdict, reason: str) -> Judgement:
    """Returns a judgement in which no test has passed."""
    visible, hidden, audit = (len(group) for group in (task.tests.visible, task.tests.hidden, task.tests.audit))
    return Judgement(verdict, reason, visible_total=visible, hidden_total=hidden, audit_total=audit)


def _judge(job: Job, answers: Answers, sandbox: SandboxInfo) -> Judgement:
    verdicts = answers.verdicts()
    passed = {group: sum(verdict is Verdict.SOLVED for verdict in verdicts[group]) for group in Group}
    load_error = next((run.load_error for run in answers.runs if run.load_error is not None), None)
    return replace(
        _blank(job.task, *_verdict(job, answers, verdicts)),
        cases=answers.visible_cases(MAX_VISIBLE_CASES),
        evidence=answers.hidden_cases(),
        visible_passed=passed[Group.VISIBLE],
        hidden_passed=passed[Group.HIDDEN],
        audit_passed=passed[Group.AUDIT],
        exception=None if load_error is None else claimed(load_error, job.block),
        stdout=told(clip(next((run.stdout for run in answers.runs if run.stdout), ""), MAX_STDOUT_CHARS), MAX_STDOUT_CHARS),
        resources=_sum([run.resources for run in answers.runs]),
        sandbox=sandbox,
    )


def _verdict(job: Job, answers: Answers, verdicts: Mapping[Group, Sequence[Verdict]]) -> tuple[Verdict, str]:
    """Returns verdict and reason of the whole program; the order of the rules is the order of the lines."""
    found = {verdict for group in verdicts.values() for verdict in group}
    broken = [run for run in (*answers.runs, answers.ruling) if run is not None and run.status is Status.INFRA_ERROR]
    if broken or Verdict.INFRA_ERROR in found or Status.INFRA_ERROR in answers.statuses():
        _log.warning("task %s: the sandbox failed: %s", job.task.task_id, broken[0].detail if broken else "in one test")
        return Verdict.INFRA_ERROR, "sandbox_failed"
    goals = verdicts[Group.HIDDEN] or verdicts[Group.VISIBLE]
    if all(verdict is Verdict.SOLVED for verdict in goals):
        return Verdict.SOLVED, ""
    if Verdict.UNSCORED in goals:
        _log.warning("task %s: its checker does not load", job.task.task_id)
        return Verdict.UNSCORED, "checker_failed"
    stopped = answers.statuses(Group.VISIBLE, Group.HIDDEN)
    stopped |= {run.status for run in answers.runs if not answers.stopped_in_item(run)}
    for status in _STOPS:
        if status in stopped:
            return Verdict(status.value), "stopped"
    if Verdict.WRONG in goals:
        return Verdict.WRONG, "wrong_answer"
    if any(run.load_error is not None for run in answers.runs):
        return Verdict.ERROR, "load_error"
    return Verdict.ERROR, "exception"


def _sum(used: Sequence[Resources]) -> Resources:
    """Returns seconds summed over runs, and the largest memory."""
    return Resources(
        wall_s=sum(one.wall_s for one in used),
        cpu_s=sum(one.cpu_s for one in used),
        max_rss_mib=max((one.max_rss_mib for one in used), default=0.0),
    )
