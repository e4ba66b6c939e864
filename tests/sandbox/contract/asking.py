"""How the contract asks a sandbox, and what it reads of the answers."""

from __future__ import annotations

from rlvr_envs.sandbox.base import Call, Program, RunResult, Sandbox, Status
from rlvr_envs.sandbox.limits import Limits

SHORT = Limits(time_s=1.5)


def statuses(result: RunResult) -> list[Status]:
    return [item.status for item in result.results]


def calls(*inputs: object) -> tuple[Call, ...]:
    return tuple(Call((item,)) for item in inputs)


def ask(sandbox: Sandbox, source: str, *inputs: object, limits: Limits = Limits()) -> RunResult:
    """Calls the function ``f`` of ``source`` with each input."""
    return sandbox.run(Program(source, entry_point="f", calls=calls(*inputs), limits=limits))


def run_tests(sandbox: Sandbox, source: str, *tests: str, setup: str = "", limits: Limits = Limits()) -> RunResult:
    """Runs statements against the function ``f`` of ``source``."""
    return sandbox.run(Program(source, entry_point="f", tests=tests, test_setup=setup, limits=limits))
