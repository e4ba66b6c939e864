"""Kills processes of the sandbox at random while programs are judged, and compares every answer with the truth."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import psutil

from benchmarks.faults.programs import INFRA, Known, draw
from benchmarks.footprint import Footprint, adopt_orphans, bury_orphans, own_temporary_folder, take
from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import RunResult, Sandbox, Status

_LOOK_SECONDS = 0.2  # for a program to kill
_KEPT = 20  # wrong answers that are told in full


class Killer(threading.Thread):
    """Kills one process below this one after another, at random moments; stops at the end of its ``with`` block.

    ``killed`` counts its victims by what they were: the launcher's processes, the guest that serves programs, or a program.
    """

    def __init__(self, rng: random.Random, mean_s: float) -> None:
        """Prepares the thread; the pauses are exponential with mean ``mean_s``."""
        super().__init__(name="killer", daemon=True)
        self._rng, self._mean_s = rng, mean_s
        self._stop_now = threading.Event()
        self.killed: Counter[str] = Counter()

    def run(self) -> None:
        """Kills until it is told to stop."""
        own = psutil.Process()
        while not self._stop_now.wait(self._rng.expovariate(1 / self._mean_s)):
            kind = self._rng.choice(("launcher", "guest", "program"))
            found = own.children(recursive=True)
            if kind == "program":
                victim = self._program_of([each for each in found if _kind(each) == "guest"])
            else:
                victims = [each.pid for each in found if _kind(each) == kind]
                victim = self._rng.choice(victims) if victims else None
            if victim is not None:
                self._kill(victim, kind)

    def _program_of(self, guests: list[psutil.Process]) -> int | None:
        """Returns a process that a guest has started, as soon as there is one; a program lives for milliseconds."""
        deadline = time.monotonic() + _LOOK_SECONDS
        while time.monotonic() < deadline and not self._stop_now.is_set():
            for guest in guests:
                with contextlib.suppress(OSError):
                    children = Path(f"/proc/{guest.pid}/task/{guest.pid}/children").read_text("ascii").split()
                    if children:
                        return int(children[0])
        return None

    def _kill(self, victim: int, kind: str) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(victim, signal.SIGKILL)
            self.killed[kind] += 1

    def __enter__(self) -> Killer:
        """Starts the thread."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Stops the thread."""
        self._stop_now.set()
        self.join()


def _kind(process: psutil.Process) -> str:
    """Tells the launcher's processes (any program but Python), the guest's server and its programs apart."""
    try:
        if not process.name().startswith("python"):
            return "launcher"
        parent = process.parent()
        below_guest = parent is not None and parent.pid != os.getpid() and parent.name().startswith("python")
    except psutil.NoSuchProcess:
        return "gone"
    return "program" if below_guest else "guest"


@dataclass
class Faulted:
    """What came of the runs; ``unavailable`` counts calls that raised instead of answering."""

    runs: int = 0
    missing: int = 0
    true: int = 0
    answers: Counter[str] = field(default_factory=Counter)  # of those that are not true, by status
    untrue: list[dict[str, str]] = field(default_factory=list)
    infra: Counter[str] = field(default_factory=Counter)  # what was said of failures of the machinery
    unavailable: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    before: Footprint | None = None
    after: Footprint | None = None

    def judge(self, known: Known, result: RunResult) -> None:
        """Takes one answer."""
        if known.is_true(result):
            self.true += 1
            return
        self.answers[result.status.value] += 1
        if result.status is INFRA:
            self.infra[result.detail.partition(";")[0]] += 1
        elif len(self.untrue) < _KEPT:
            items = [item.status.value for item in result.results]
            told = {"status": result.status.value, "items": str(items), "detail": result.detail}
            self.untrue.append({**told, "truth": known.status.value, "source": known.program.source})

    @property
    def misjudged(self) -> int:
        """Answers that say of a program what is neither true nor a failure of the machinery."""
        return sum(count for status, count in self.answers.items() if status not in (INFRA.value, Status.CRASH.value))


def run_with_faults(
    make: Callable[[], Sandbox], runs: int, *, mean_s: float, seed: int, step: Callable[[int], None] = lambda count: None
) -> Faulted:
    """Judges ``runs`` programs while processes are killed every ``mean_s`` seconds on average.

    ``step`` hears of every batch.
    """
    adopt_orphans()
    rng = random.Random(seed)
    found = Faulted()
    with own_temporary_folder() as folder:
        found.before = take(folder)
        began = time.perf_counter()
        with make() as sandbox:
            sandbox.run(draw(rng).program)  # at least one worker has started before the first kill
            with Killer(random.Random(seed + 1), mean_s) as killer:
                while found.runs < runs:
                    asked = [draw(rng) for _ in range(min(50, runs - found.runs))]
                    _judge(sandbox, asked, found)
                    step(len(asked))
        found.killed, found.seconds = killer.killed, time.perf_counter() - began
        bury_orphans()
        found.after = take(folder)
    return found


def _judge(sandbox: Sandbox, asked: list[Known], found: Faulted) -> None:
    found.runs += len(asked)
    try:
        results = sandbox.run_many([each.program for each in asked])
    except SandboxUnavailable:  # no worker could be started at all
        found.unavailable += len(asked)
        return
    found.missing += abs(len(asked) - len(results))
    for known, result in zip(asked, results, strict=False):
        found.judge(known, result)
