"""Why two judges differ: each explanation is a run that must come out as it says, never a guess.

| explanation | what is run | what it means |
|---|---|---|
| ``helpers`` | the original tests with the helpers of the prompt, and not those that the answer holds | tests call a helper \
that the prompt defines; the answer brought another one.  The original takes the answer's, so an answer can bend its own tests |
| ``time`` | both sides with five times as long | one side was stopped near the limit, and both agree with more time |
| ``unstable`` | the original five times, under different hash seeds | the answer has no one verdict in plain Python either |
| ``unexplained`` | | a fault of one of the two |
"""

from __future__ import annotations

import json
from typing import Final

from benchmarks.truth.measure import MEMORY_MIB, TIME_S, Compared, compare
from benchmarks.truth.plain import run_plain
from rlvr_envs.info import Verdict
from rlvr_envs.sandbox.base import Sandbox

#: Explanations in the order in which they are tried.
EXPLANATIONS: Final = ("helpers", "time", "unstable", "unexplained")
_PATIENCE: Final = 5
#: The answer in a namespace of its own; the tests get its entry point, and all else from the prompt.
_SEPARATE: Final = """
import json
_answer, _setup, _tests, _name = json.loads({quoted!r})
_own = {{"__name__": "answer"}}
exec(compile(_answer, "<answer>", "exec", dont_inherit=True), _own)
_beside = {{"__name__": "tests"}}
exec(compile(_setup, "<setup>", "exec", dont_inherit=True), _beside)
_beside[_name] = _own[_name]
exec(compile(_tests, "<tests>", "exec", dont_inherit=True), _beside)
"""


def explain(found: Compared, sandbox: Sandbox) -> str:
    """Returns the first of :data:`EXPLANATIONS` that holds for a difference."""
    if _by_helpers(found):
        return "helpers"
    if "timeout" in (found.verdict, found.plain.said) and _by_time(found, sandbox):
        return "time"
    return "unstable" if _by_chance(found) else "unexplained"


def _by_helpers(found: Compared) -> bool:
    task = found.item.task
    if not task.setup or task.entry_point is None:
        return False
    program = _SEPARATE.format(quoted=json.dumps([found.item.source, task.setup, found.item.tests, task.entry_point]))
    told = run_plain(program, time_s=TIME_S, memory_mib=MEMORY_MIB)
    return told.passed == (found.verdict == Verdict.SOLVED.value)


def _by_time(found: Compared, sandbox: Sandbox) -> bool:
    (again,) = compare([found.item], sandbox, workers=1, time_s=TIME_S * _PATIENCE)
    return again.agree


def _by_chance(found: Compared) -> bool:
    runs = (run_plain(found.item.program, time_s=TIME_S, memory_mib=MEMORY_MIB, hash_seed=seed) for seed in range(5))
    return len({run.passed for run in runs}) > 1
