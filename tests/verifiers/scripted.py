"""A sandbox with prepared results, and short ways to write tasks, results and judgements of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rlvr_envs.parsing.code import CodeBlock, find_code
from rlvr_envs.sandbox.base import CallResult, Program, RunResult, Sandbox, SandboxReport, Status
from rlvr_envs.tasks.base import CallTest, Suite, Task, Test
from rlvr_envs.verifiers.judging import Judgement, judge_many

ACTION = "```python\ndef f(x):\n    return x + 1\n```"


class ScriptedSandbox(Sandbox):
    """Gives prepared results, in the order of the programs, and keeps the programs."""

    def __init__(self, *runs: RunResult) -> None:
        self.runs = list(runs)
        self.programs: list[Program] = []
        self.batches = 0

    def run_many(self, programs: Sequence[Program]) -> list[RunResult]:
        self.batches += 1
        self.programs += programs
        return [self.runs.pop(0) for _ in programs]

    def report(self) -> SandboxReport:
        return SandboxReport("scripted", "none", "3.0", {})

    def close(self) -> None:
        """Holds nothing."""


def code(action: str = ACTION) -> CodeBlock:
    block = find_code(action)
    assert block is not None
    return block


def task(
    visible: Sequence[Test] = (),
    hidden: Sequence[Test] = (),
    audit: Sequence[Test] = (),
    entry_point: str | None = "f",
    **fields: Any,
) -> Task:
    return Task("t", "Write f.", entry_point, Suite(tuple(visible), tuple(hidden), tuple(audit)), **fields)


def expect(*values: int) -> list[Test]:
    """Tests ``f(n) == n + 1``, one for each given argument."""
    return [CallTest((value,), value + 1) for value in values]


def run(*results: CallResult, status: Status = Status.OK, **fields: Any) -> RunResult:
    return RunResult(status, results, python="3.12.1", **fields)


def gave(*values: Any) -> list[CallResult]:
    return [CallResult(Status.OK, value=value) for value in values]


def judge(given: Task, *runs: RunResult) -> Judgement:
    return judge_many(ScriptedSandbox(*runs), [(given, code())])[0]
