"""HumanEval+ as published by EvalPlus (Liu et al. 2023, arXiv:2305.01210): JSON lines with inputs and no expected values.

What is expected is what the reference returns.  Reading runs nothing; :func:`with_answers` runs all references, in the sandbox
and in one batch.  All tests are hidden, those of ``base_input`` first.  A test whose value cannot leave the sandbox (too large)
is left out, and ``metadata["left_out"]`` names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any, Final

from rlvr_envs._numbers import is_number
from rlvr_envs.errors import MISSING, InfraError, TaskError
from rlvr_envs.sandbox.base import Call, CallResult, Opaque, Program, RunResult, Status
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import CallTest, Suite, Task
from rlvr_envs.tasks.files import read_each, text_field
from rlvr_envs.tasks.format import check_task
from rlvr_envs.tasks.humaneval import before_function
from rlvr_envs.tasks.values import encode

#: What references may use: more than programs, since a busy machine must not change what a task is.
_LIMITS: Final = Limits(time_s=60.0, cpu_s=60.0, memory_mib=2048)
#: Tolerances where the reference returns floats; a row's own ``atol`` replaces the distance.
_REL, _ABS = 1e-7, 1e-6
#: Functions of which many answers are right; the number is the row's ``atol``.
_CHECKERS: Final = {
    "find_zero": """def check(input, output, reference):
    (coefficients,) = input
    value = sum(factor * output**power for power, factor in enumerate(coefficients))
    return type(output) in (int, float) and abs(value) <= {atol!r}
"""
}


@dataclass(frozen=True)
class Problem:
    """A row as it is published: inputs, and a reference that knows the answers."""

    task_id: str
    prompt: str
    entry_point: str
    reference: str
    base: tuple[tuple[Any, ...], ...]
    plus: tuple[tuple[Any, ...], ...]
    atol: float
    file: str = ""
    line: int = 0

    def program(self) -> Program:
        """Returns the run of the reference on all inputs."""
        calls = tuple(Call(args=args) for args in (*self.base, *self.plus))
        return Program(source=self.reference, entry_point=self.entry_point, calls=calls, limits=_LIMITS)


def read_humanevalplus(path: str | PathLike[str]) -> tuple[Problem, ...]:
    """Reads the data set and runs nothing.

    Raises:
        TaskError: A row is not as published.
        OSError: The file cannot be read.
    """
    return tuple(replace(problem, file=place, line=line) for place, line, problem in read_each(path, _problem))


def with_answers(problems: Sequence[Problem]) -> tuple[Task, ...]:
    """Returns the tasks, after all references were run in this process's sandbox, in one batch.

    Raises:
        TaskError: A reference does not load, or gives no answer to an input; the text names the task.
        InfraError: The machinery failed.
        SandboxUnavailable: No sandbox can be had here.
    """
    from rlvr_envs.sandbox.factory import shared_sandbox

    runs = shared_sandbox().run_many([problem.program() for problem in problems])
    return tuple(_task(problem, run) for problem, run in zip(problems, runs, strict=True))


def _problem(row: dict[str, Any]) -> Problem:
    names = ("task_id", "prompt", "entry_point", "canonical_solution")
    fields = {name: text_field(row, name) for name in names}
    return Problem(
        task_id=fields["task_id"],
        prompt=fields["prompt"],
        entry_point=fields["entry_point"],
        reference=fields["prompt"] + fields["canonical_solution"],
        base=_inputs(row, "base_input"),
        plus=_inputs(row, "plus_input"),
        atol=_atol(row),
    )


def _inputs(row: dict[str, Any], name: str) -> tuple[tuple[Any, ...], ...]:
    value = row.get(name, MISSING)
    if not isinstance(value, list) or not all(isinstance(args, list) for args in value):
        rule = "is missing" if value is MISSING else "must be a list of lists of arguments"
        raise TaskError(rule=rule, field=name, value=value)
    return tuple(map(tuple, value))


def _atol(row: dict[str, Any]) -> float:
    value = row.get("atol", MISSING)
    if not is_number(value) or value < 0:
        raise TaskError(rule="is missing" if value is MISSING else "must be a number of 0 or more", field="atol", value=value)
    return float(value)


def _task(problem: Problem, run: RunResult) -> Task:
    _check_answered(problem, run)
    inputs = (*problem.base, *problem.plus)
    names = [f"{kind}[{i}]" for kind in ("base", "plus") for i in range(len(getattr(problem, kind)))]
    tests: list[CallTest] = []
    counts = {"base": 0, "plus": 0}
    left_out = []
    for name, args, result in zip(names, inputs, run.results, strict=True):
        reason = _why_not(result)
        if reason:
            left_out.append(f"{name}: {reason}")
        else:
            tests.append(CallTest(args=args, expected=result.value))
            counts[name.split("[")[0]] += 1
    checker = _CHECKERS.get(problem.entry_point, "").format(atol=problem.atol)
    task = Task(
        task_id=problem.task_id,
        prompt=problem.prompt,
        entry_point=problem.entry_point,
        tests=Suite(hidden=tuple(tests)),
        setup=before_function(problem.prompt, problem.entry_point),
        reference=problem.reference,
        comparison=_comparison(problem, tests),
        checker=checker,
        metadata={"dataset": "humanevalplus", "base_tests": counts["base"], "plus_tests": counts["plus"], "left_out": left_out},
    )
    try:
        check_task(task)
    except TaskError as error:
        raise error.at(problem.file, problem.line) from None
    return task


def _check_answered(problem: Problem, run: RunResult) -> None:
    """Refuses a reference that gave no answer to an input, and tells it from a machine that failed."""
    statuses = [run.status, *(result.status for result in run.results)]
    if Status.INFRA_ERROR in statuses:
        raise InfraError(f"the sandbox failed on the reference of {problem.task_id!r}: {run.detail or 'in one call'}")
    raised = [run.load_error, *(result.raised for result in run.results)]
    error = next((f"{one.type}: {one.message}" for one in raised if one is not None), "")
    bad = next((status for status in statuses if status is not Status.OK), None)
    if bad is not None or error:
        rule = f"must answer every input of {problem.task_id!r} (it ended with {error or bad})"
        raise TaskError(rule=rule, field="canonical_solution", value=problem.reference, file=problem.file, line=problem.line)


def _why_not(result: CallResult) -> str:
    """Returns why a value cannot be expected of anybody, "" when it can."""
    if isinstance(result.value, Opaque):
        return f"{result.value.type_name}: {result.value.text}"
    try:
        encode(result.value)
    except TaskError as error:
        return str(error)
    return ""


def _comparison(problem: Problem, tests: Sequence[CallTest]) -> str:
    if problem.atol or any(_holds_float(test.expected) for test in tests):
        return f"numeric(rel={_REL!r}, abs={problem.atol or _ABS!r})"
    return "python"


def _holds_float(value: Any) -> bool:
    return any(type(part) is float for part in _parts(value))


def _parts(value: Any) -> Iterator[Any]:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, dict):
            waiting += [*part, *part.values()]
        elif isinstance(part, (list, tuple, set, frozenset)):
            waiting += part
