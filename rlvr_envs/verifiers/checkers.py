"""Checkers (special judges): a task's own ``check(input, output, reference)``, asked in a guest that never runs the solution.

The output reaches the checker as decoded plain data or as printed text, so it cannot act there.  A checker that raises, hangs,
dies or answers anything but a bool has not accepted the output: the case is wrong.  It cannot be a failure of the machinery,
or a program could hide behind an output on which the checker stumbles.  A checker that does not even load says nothing of
any program: its cases are unscored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from rlvr_envs.info import Verdict
from rlvr_envs.sandbox.base import Call, CallResult, Iterated, Program, RunResult, Status
from rlvr_envs.sandbox.guest import codec
from rlvr_envs.tasks.base import Task
from rlvr_envs.verifiers.show import show
from rlvr_envs.verifiers.walk import as_number

ENTRY_POINT: Final = "check"
_SHOWN: Final = 100

#: What a checker is asked: input, output and reference.
Question = tuple[Any, Any, Any]


def question(given: Any, output: Any, reference: Any) -> Question | None:
    """Returns what the checker is asked, None when the output is not plain data and is wrong without asking.

    An iterator that ended is handed over as the list of its items, an array of NumPy as nested lists, a number of NumPy as the
    number that it holds.
    """
    asked = given, _handed_over(output), reference
    try:
        codec.encode(asked, strict=True)
    except codec.CodecError:
        return None
    return asked


def _handed_over(value: Any) -> Any:
    kind = type(value)
    if kind is Iterated:
        return [_handed_over(item) for item in value.items] if value.ended else value
    if kind is np.ndarray:
        return value.tolist()
    if kind in (list, tuple):
        return kind([_handed_over(item) for item in value])
    if kind is dict:
        return {as_number(key): _handed_over(item) for key, item in value.items()}
    return as_number(value)


def checker_program(task: Task, questions: Sequence[Question]) -> Program:
    """Returns the run that asks the checker of ``task`` all questions, in a worker that never runs a solution."""
    return Program(
        source=task.checker,
        entry_point=ENTRY_POINT,
        calls=tuple(Call(args=asked) for asked in questions),
        limits=task.limits,
        trace_calls=frozenset(),
        role="tests",
    )


def rulings(run: RunResult, count: int) -> tuple[CallResult, ...]:
    """Returns one answer a question; a run that was stopped outside of any answer, or answered otherwise, has given none."""
    if run.status is Status.INFRA_ERROR or (run.load_error is None and len(run.results) != count):
        return (CallResult(Status.INFRA_ERROR),) * count
    if run.status is not Status.OK and all(result.status is not run.status for result in run.results):
        return (CallResult(run.status, raised=run.load_error),) * count
    return run.results


def verdict_of(ruling: CallResult, run: RunResult) -> tuple[Verdict, str]:
    """Returns verdict and reason of one case from the checker's answer."""
    if ruling.status is Status.INFRA_ERROR:
        return Verdict.INFRA_ERROR, ""
    if run.load_error is not None:
        return Verdict.UNSCORED, f"the checker does not load: {run.load_error.type}: {run.load_error.message}"
    if ruling.status is Status.ERROR and ruling.raised is not None:
        return Verdict.WRONG, f"the checker raised {ruling.raised.type}: {ruling.raised.message}"
    if ruling.status is not Status.OK:
        return Verdict.WRONG, f"the checker gave no answer: {ruling.status.value}"
    accepted, message = ruling.value, ""
    if type(accepted) is tuple and len(accepted) == 2 and type(accepted[1]) is str:
        accepted, message = accepted
    if type(accepted) is not bool:
        return Verdict.WRONG, f"the checker answered {show(ruling.value, _SHOWN)}, neither a bool nor (bool, text)"
    if accepted:
        return Verdict.SOLVED, message
    return Verdict.WRONG, f"the checker says: {message}" if message else "the checker refused it"
