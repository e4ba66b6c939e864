"""What the programs of the battery are asked: one task in three modes, and judging that keeps what the sandbox said.

The task is always the same: from ``x`` make ``x * 7919 + 13``.  No constant is right for two inputs.  The first input is visible,
and programs know its answer by heart; only the hidden ones pay.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from rlvr_envs.info import Verdict
from rlvr_envs.parsing.code import CodeBlock, find_code
from rlvr_envs.sandbox.base import Program, RunResult, Sandbox, SandboxReport, Status
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest, Suite, Task, Test
from rlvr_envs.verifiers.judging import Judgement, judge_many
from tests.hostile.catalogue import BatteryProgram

SEEN, *UNSEEN = INPUTS = (48_611, 77_417, 91_283)
SHORT = Limits(time_s=0.5, memory_mib=256, output_kib=16)
#: For programs that were seen to need no more: those that run out of time are most of what a batch of all takes.
BRIEF = Limits(time_s=0.25, memory_mib=256, output_kib=16)
AMPLE = Limits(time_s=10.0, cpu_s=10.0, memory_mib=512)
#: Rows whose disguises may well pass the visible example, which their authors have seen.
KNOWS_THE_EXAMPLE = {6, 7, 8}


def right(x: int) -> int:
    return x * 7919 + 13


ONE, TWO = UNSEEN
STATEMENTS = (
    f"got = f({ONE})\nassert got == {right(ONE)}",
    f"for x, want in [({ONE}, {right(ONE)}), ({TWO}, {right(TWO)})]:\n    assert f(x) == want",
    f"for got, want in zip(map(f, [{ONE}, {TWO}]), [{right(ONE)}, {right(TWO)}]):\n    assert got == want",
    f"assert all(map(lambda pair: f(pair[0]) == pair[1], [({ONE}, {right(ONE)})]))",
    f"assert list(map(f, ({ONE}, {TWO}))) == [{right(ONE)}, {right(TWO)}]",
    f"assert not [x for x in [{ONE}] if f(x) != {right(ONE)}]",
    f"import math\nassert math.isclose(f({ONE}), {right(ONE)}, abs_tol=0.5)",
    f"row = [{ONE}]\nassert (f(*row), row) == ({right(ONE)}, [{ONE}])",
    f"assert sum([f({ONE}), f({TWO})]) == {right(ONE) + right(TWO)}",
    f"assert str(f({ONE})) == '{right(ONE)}'",
    f"got = f({ONE})\nassert abs(got - {right(ONE)}) < 1 and [got][0] == {right(ONE)}",
    f"want = {right(ONE)}\nassert want == f({ONE}) and f({TWO}) - {right(TWO)} == 0",
)
BOX_SETUP = "from itertools import islice\ndef got(x):\n    box = Box()\n    box.put(x)\n    return box.get()"
#: Test code that needs objects, changes in place, and functions and iterators in both directions.
BOX_STATEMENTS = (
    f"assert got({ONE}) == {right(ONE)}",
    f"for x, want in [({ONE}, {right(ONE)}), ({TWO}, {right(TWO)})]:\n    assert got(x) == want",
    f"for box, want in zip(map(lambda x: got(x), [{ONE}]), [{right(ONE)}]):\n    assert box == want",
    f"row = [{ONE}, {TWO}]\nBox().fill(row)\nassert row == [{right(ONE)}, {right(TWO)}]",
    f"want, seen = {right(ONE)}, []\nBox().each(seen.append, {ONE})\nassert seen == [want]",
    f"want = {right(ONE)}\nassert list(islice(Box().stream({ONE}), 2)) == [want, want + 1]",
    f"assert Box().turn(lambda got: got + 1, iter([{ONE}, {TWO}])) == [{right(ONE) + 1}, {right(TWO) + 1}]",
    f"seen = []\nassert Box().turn(seen.append, (x for x in [{ONE}])) == [None] and seen == [{right(ONE)}]",
)


def _task(name: str, entry_point: str | None, visible: Test, hidden: Sequence[Test], test_setup: str = "") -> Task:
    tests = Suite(visible=(visible,), hidden=tuple(hidden))
    return Task(name, "Make x * 7919 + 13 from x.", entry_point, tests, test_setup=test_setup, limits=SHORT)


def _asserts(sources: Sequence[str]) -> list[Test]:
    return [AssertTest(source) for source in sources]


CALLS = _task("calls", "f", CallTest((SEEN,), right(SEEN)), [CallTest((x,), right(x)) for x in UNSEEN])
STATEMENTS_OF_F = _task("statements", "f", AssertTest(f"got = f({SEEN})\nassert got == {right(SEEN)}"), _asserts(STATEMENTS))
STDIN = _task("stdin", None, StdioTest(f"{SEEN}\n", f"{right(SEEN)}\n"), [StdioTest(f"{x}\n", f"{right(x)}\n") for x in UNSEEN])
BOX = _task(
    "box",
    "Box",
    AssertTest(f"assert got({SEEN}) == {right(SEEN)}"),
    _asserts(BOX_STATEMENTS),
    BOX_SETUP,
)

RIGHT = {
    "f": "def f(x):\n    return x * 7919 + 13\n",
    "stdin": "print(int(input()) * 7919 + 13)\n",
    "Box": (
        "class Box:\n    def put(self, x):\n        self.x = x\n    def get(self):\n        return self.x * 7919 + 13\n"
        "    def fill(self, row):\n        row[:] = [x * 7919 + 13 for x in row]\n"
        "    def each(self, act, x):\n        act(x * 7919 + 13)\n"
        "    def stream(self, x):\n        return [x * 7919 + 13, x * 7919 + 14]\n"
        "    def turn(self, act, xs):\n        return [act(x * 7919 + 13) for x in xs]\n"
    ),
}


class Recorder(Sandbox):
    """Passes programs on and keeps what came back."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.asked: list[Program] = []
        self.runs: list[RunResult] = []

    def run_many(self, programs: Sequence[Program]) -> list[RunResult]:
        runs = self._sandbox.run_many(programs)
        self.asked += programs
        self.runs += runs
        return runs

    def report(self) -> SandboxReport:
        return self._sandbox.report()

    def close(self) -> None:
        raise AssertionError("not closed here")


@dataclass(frozen=True)
class Judged:
    """A judgement and the runs that it rests on."""

    judgement: Judgement
    asked: tuple[Program, ...]
    runs: tuple[RunResult, ...]


def block(source: str) -> CodeBlock:
    found = find_code(f"```python\n{source}\n```")
    assert found is not None
    return found


def judge(sandbox: Sandbox, task: Task, source: str) -> Judged:
    recorder = Recorder(sandbox)
    (judgement,) = judge_many(recorder, [(task, block(source))])
    return Judged(judgement, tuple(recorder.asked), tuple(recorder.runs))


def right_program(task: Task) -> str:
    return RIGHT[task.entry_point or "stdin"]


def complaints(program: BatteryProgram, judged: Judged) -> list[str]:
    """What is wrong with the judgement of a hostile program."""
    judgement, found = judged.judgement, []
    if judgement.verdict is Verdict.SOLVED or judgement.hidden_passed:
        found.append(f"paid: {judgement.hidden_passed} of {judgement.hidden_total} hidden tests, {judgement.verdict.value}")
    if judgement.visible_passed and not KNOWS_THE_EXAMPLE & set(program.rows):
        found.append("passed the visible example")
    statuses = {status for run in judged.runs for status in (run.status, *(result.status for result in run.results))}
    if Status.INFRA_ERROR in statuses or judgement.verdict is Verdict.INFRA_ERROR:
        found.append(f"taken for a failure of the machinery: {[run.detail for run in judged.runs]}")
    for asked, run in zip(judged.asked, judged.runs, strict=True):
        wanted = len(asked.calls) + len(asked.stdin) + len(asked.tests)
        if len(run.results) != wanted:
            found.append(f"{len(run.results)} results for {wanted}")
    return found


def judge_each(sandbox: Sandbox, task: Task, programs: Sequence[tuple[BatteryProgram, str]]) -> dict[str, list[str]]:
    """Judges programs (and their sources), each followed by a right one on the worker that it left; returns the complaints."""

    def one(item: tuple[BatteryProgram, str]) -> list[str]:
        program, source = item
        found: list[str] = []
        try:
            found += complaints(program, judge(sandbox, task, source))
            next_task = replace(task, limits=AMPLE)
            after = judge(sandbox, next_task, right_program(task)).judgement
            if after.verdict is not Verdict.SOLVED:
                found.append(f"the right program after it: {after.verdict.value} ({after.reason})")
        except Exception as error:  # whatever it is, no program may bring it about
            found.append(f"the judge raised {error!r}")
        return found

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(one, programs))
    return {program.name: lines for (program, _), lines in zip(programs, found, strict=True) if lines}
