"""Where a program begins to do something else than another one that is right: by the values that both make on the same inputs.

Both programs run under tracing of values (:mod:`rlvr_envs.sandbox.guest.values`), each in a process of its own, so neither can
read the other.  Guaranteed: nothing of the other program, nor of what tests expect, is in what is returned but line numbers of
the first.  Not guaranteed: that they are true.  Values are what a program says of itself, so the result is a claim.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from rlvr_envs.errors import InfraError
from rlvr_envs.parsing.code import CodeBlock
from rlvr_envs.sandbox.base import CallResult, Sandbox, Status
from rlvr_envs.tasks.base import Suite, Task
from rlvr_envs.verifiers.jobs import plan_job

#: Values of one call that are compared beyond what both begin with: alignment takes quadratic time.
MAX_ALIGNED: Final = 400

#: A line of the program and the number of a value that it made.
Made = tuple[int, int]


@dataclass(frozen=True)
class Traced:
    """What both programs did on one input, and whether they gave the same."""

    values: tuple[Made, ...]
    reference: tuple[Made, ...]
    same: bool


def divergence_lines(sandbox: Sandbox, program: str, other: str, task: Task, *, time_s: float = 1.0) -> dict[int, float]:
    """Returns weights of lines of ``program``, which sum to 1: where it first does something else than ``other``.

    With ``first_l`` the share of inputs on which both give different answers and the first value that differs, in the order in
    which values are made, is of line ``l``, and ``apart_l`` the same with the first value that has no partner when both
    orders are aligned (so that what one of them does besides does not count), ``w_l`` is proportional to ``first_l + apart_l
    / 2``. Names do not matter. A program that stops while the other goes on is blamed at its last value. Empty where both
    always give the same, or no test calls the program.

    Args:
        sandbox: Where both run: ``env.unwrapped.sandbox``.
        program: The program that fails.
        other: One that is right: the task's reference or a sibling that passed.  Its text may be of another model.
        task: Whose visible and hidden inputs they get.
        time_s: The most seconds that either may take; what a program that is stopped then had made is lost.

    Raises:
        InfraError: The sandbox failed.
    """
    first: Counter[int] = Counter()
    apart: Counter[int] = Counter()
    for traced in trace_both(sandbox, program, other, task, time_s=time_s):
        if not traced.same and traced.values:
            first[traced.values[first_difference(traced)][0]] += 1
            apart[traced.values[first_unaligned(traced)][0]] += 1
    count = program.count("\n") + 1
    found = {line: first[line] + apart[line] / 2 for line in sorted({*first, *apart}) if 1 <= line <= count}
    whole = sum(found.values())
    return {line: weight / whole for line, weight in found.items()}


def first_difference(traced: Traced) -> int:
    """Returns the index of the first value that is not the reference's in the same place; the last one where all of them are."""
    agreed = _agreed(traced)
    return min(agreed, len(traced.values) - 1)


def first_unaligned(traced: Traced) -> int:
    """Returns the index of the first value without a partner when both orders are aligned; the last one where all have one."""
    begin = _agreed(traced)
    values, reference = ([number for _, number in made[begin:][:MAX_ALIGNED]] for made in (traced.values, traced.reference))
    at = 0
    for match in SequenceMatcher(None, values, reference, autojunk=False).get_matching_blocks():
        if match.a > at:
            break
        at = match.a + match.size
    return min(begin + at, len(traced.values) - 1)


def _agreed(traced: Traced) -> int:
    pairs = zip(traced.values, traced.reference, strict=False)
    shortest = min(len(traced.values), len(traced.reference))
    return next((index for index, (one, two) in enumerate(pairs) if one[1] != two[1]), shortest)


def trace_both(sandbox: Sandbox, program: str, other: str, task: Task, *, time_s: float = 1.0) -> list[Traced]:
    """Returns what both did on each input of the visible and hidden tests, in one batch; test code without calls is left out.

    Raises:
        InfraError: The sandbox failed.
    """
    tests = Suite(task.tests.visible, task.tests.hidden)
    limits = replace(task.limits, time_s=min(task.limits.time_s, time_s), cpu_s=min(task.limits.cpu_s, time_s))
    asked = replace(task, tests=tests, limits=limits)
    jobs = [plan_job(asked, _block(source)) for source in (program, other)]
    programs = [replace(part.program, trace_values=True) for job in jobs for part in job.parts if not part.program.tests]
    runs = sandbox.run_many(programs) if programs else []
    failed = next((run for run in runs if run.status is Status.INFRA_ERROR), None)
    if failed is not None:
        raise InfraError(f"the sandbox failed while values were traced: {failed.detail}")
    half = len(runs) // 2
    pairs = [
        pair for one, two in zip(runs[:half], runs[half:], strict=True) for pair in zip(one.results, two.results, strict=True)
    ]
    return [Traced(first.values, second.values, _answer(first) == _answer(second)) for first, second in pairs]


def _block(source: str) -> CodeBlock:
    return CodeBlock(source, 0, len(source), (0,) * (source.count("\n") + 1))


def _answer(result: CallResult) -> tuple[str, str, str]:
    return result.status.value, repr(result.value), result.stdout
