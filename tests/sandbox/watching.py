"""Programs and processes that tests of the pool look at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic, sleep

from rlvr_envs.sandbox.base import Call, Program, RunResult
from rlvr_envs.sandbox.limits import Limits

DOUBLE = Program("def f(x):\n    return 2 * x", entry_point="f", calls=(Call((21,)),))
#: Ends by its limit long after a test has given up.
ENDLESS = Program(
    "def f(x):\n    while True:\n        pass",
    entry_point="f",
    calls=(Call((0,)),),
    limits=Limits(time_s=300.0, cpu_s=300.0),
)
_PATIENCE_SECONDS = 60.0


def value(result: RunResult) -> object:
    return result.results[0].value


def children(parent: int | None = None) -> set[int]:
    """The living children of a process, this one if none is named."""
    own = os.getpid() if parent is None else parent
    return {pid for pid, (state, owner, _) in _processes().items() if owner == own and state != "Z"}


def descendants(parent: int) -> set[int]:
    found = children(parent)
    return found.union(*(descendants(pid) for pid in found))


def busy(pids: Iterable[int], ticks: int = 30) -> int:
    """How many of these processes have used more than ``ticks`` hundredths of a second of CPU time."""
    table = _processes()
    return sum(pid in table and table[pid][2] > ticks for pid in pids)


def alive(pids: Iterable[int]) -> set[int]:
    table = _processes()
    return {pid for pid in pids if pid in table and table[pid][0] != "Z"}


def wait_until(condition: Callable[[], object]) -> None:
    """Waits until something holds; a machine that is busy may take its time."""
    give_up = monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert monotonic() < give_up, f"waited {_PATIENCE_SECONDS:g} s in vain"
        sleep(0.02)


def _processes() -> dict[int, tuple[str, int, int]]:
    """State, parent and user CPU time of every process."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found[int(entry.name)] = fields[0], int(fields[1]), int(fields[11])
    return found
