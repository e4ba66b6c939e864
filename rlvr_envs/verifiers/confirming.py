"""Confirms failures of whole programs that ran on several texts in one process.

A text after the first finds what the program's earlier runs left in the process.  A right answer stays right.  A failure is
*doubtful*: the program might have passed in a process of its own.  So the first doubtful text of each program is run once more,
alone.  Where it fails in the same way, earlier runs play no part in how this program fails, and its other failures stand;
where it does not, all of them are run alone.  A failure like that of the first text, which ran in a fresh process, needs no
confirmation.  All programs are confirmed in two batches at most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rlvr_envs.info import Resources, Verdict
from rlvr_envs.sandbox.base import CallResult, Program, RunResult, Sandbox, Status
from rlvr_envs.verifiers.jobs import Answers

#: Number of the run among those of a job, and the texts in it.
Doubt = tuple[int, tuple[int, ...]]


def confirm(sandbox: Sandbox, answers: Sequence[Answers]) -> list[Answers]:
    """Returns the answers with every doubtful failure confirmed or replaced; raises as :meth:`Sandbox.run_many`."""
    confirmed = list(answers)
    doubts = {i: doubt for i, one in enumerate(answers) if (doubt := doubtful(one)) is not None}
    firsts = {i: (run, texts[:1]) for i, (run, texts) in doubts.items()}
    remaining: dict[int, Doubt] = {}
    for i, alone in _run_alone(sandbox, confirmed, firsts).items():
        run, texts = doubts[i]
        if not _alike(confirmed[i].runs[run].results[texts[0]], alone.results[0]):
            confirmed[i] = _with(confirmed[i], firsts[i], alone)
            if texts[1:]:
                remaining[i] = (run, texts[1:])
    for i, alone in _run_alone(sandbox, confirmed, remaining).items():
        confirmed[i] = _with(confirmed[i], remaining[i], alone)
    return confirmed


def doubtful(answers: Answers) -> Doubt | None:
    """Returns the failures of a job that may be the fault of earlier runs in the same process, None when there are none."""
    for number, (part, run) in enumerate(zip(answers.job.parts, answers.runs, strict=True)):
        if part.program.stdin and part.program.together:
            first = run.results[0]
            texts = tuple(
                k
                for k, result in enumerate(run.results)
                if result.followed
                and answers.verdict(part.cases[k]) is not Verdict.SOLVED
                and not (result.status is Status.ERROR and _alike(first, result))
            )
            return (number, texts) if texts else None
    return None


def _alike(one: CallResult, other: CallResult) -> bool:
    """Whether two runs ended in the same way: printed the same, and if they raised, the same at the same line."""
    if one.status is not other.status or (one.status is Status.OK and one.stdout != other.stdout):
        return False
    return _failure(one) == _failure(other)


def _failure(result: CallResult) -> tuple[str, int]:
    if result.raised is None:
        return "", 0
    return result.raised.type, result.raised.frames[-1].line if result.raised.frames else 0


def _run_alone(sandbox: Sandbox, answers: Sequence[Answers], doubts: Mapping[int, Doubt]) -> dict[int, RunResult]:
    programs = [_alone(answers[i], doubt) for i, doubt in doubts.items()]
    return dict(zip(doubts, sandbox.run_many(programs) if programs else (), strict=True))


def _alone(answers: Answers, doubt: Doubt) -> Program:
    run, texts = doubt
    program = answers.job.parts[run].program
    return replace(program, stdin=tuple(program.stdin[k] for k in texts), together=False)


def _with(answers: Answers, doubt: Doubt, alone: RunResult) -> Answers:
    """Returns the answers with the results of what was run alone in their places."""
    number, texts = doubt
    run = answers.runs[number]
    results = list(run.results)
    for k, result in zip(texts, alone.results, strict=True):
        results[k] = result
    used = Resources(
        wall_s=run.resources.wall_s + alone.resources.wall_s,
        cpu_s=run.resources.cpu_s + alone.resources.cpu_s,
        max_rss_mib=max(run.resources.max_rss_mib, alone.resources.max_rss_mib),
    )
    status = run.status if run.status is not Status.OK else alone.status
    runs = list(answers.runs)
    runs[number] = replace(run, status=status, results=tuple(results), resources=used, detail=run.detail or alone.detail)
    return Answers(answers.job, tuple(runs))
