"""Places for one program at a time, what becomes of a program whose worker fails, and who comes next.

The rule for failures is in :meth:`Slot.judge`, once for every backend.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable

from rlvr_envs.errors import EnvClosed, SandboxUnavailable
from rlvr_envs.sandbox.base import CallResult, Level, Program, RunResult, Status
from rlvr_envs.sandbox.launch import Launcher, check_level
from rlvr_envs.sandbox.remote import run_tests
from rlvr_envs.sandbox.session import run_calls
from rlvr_envs.sandbox.texts import run_stdin
from rlvr_envs.sandbox.worker import Worker, WorkerDied

logger = logging.getLogger(__name__)

_MAX_FRESH_FAILURES = 2


class Stopped(Exception):
    """Raised in a thread that judges for a caller who is no longer interested."""


class Slot:
    """A place for one program at a time: a worker for programs and, once tests are run, one for tests; started when needed."""

    def __init__(self, launcher: Launcher, recycle_after: int, least: Level, started: threading.Event) -> None:
        """Starts nothing yet; ``started`` is set when a worker of this pool has started."""
        self._launcher, self._recycle_after, self._least, self._started = launcher, recycle_after, least, started
        self._workers: dict[str, Worker] = {}
        self._closed = False

    def worker(self, role: str) -> Worker:
        """Returns the worker of a role, a new one if there is none or it has served enough programs.

        Raises:
            EnvClosed: The slot was closed meanwhile.
            SandboxUnavailable: No worker starts, or it is less isolated than it must be.
            OSError: The machine has no room for it.
        """
        self._check_open()
        worker = self._workers.get(role)
        if worker is not None and worker.served >= self._recycle_after:
            self._workers.pop(role).kill()
            worker = None
        if worker is None:
            worker = self._workers[role] = self._launch()
            self._started.set()
            self._check_open()  # close() ends the workers that it sees here, and this one came later
        return worker

    def _launch(self) -> Worker:
        worker = Worker(self._launcher)
        try:
            check_level(self._launcher, worker.features, self._least)
        except SandboxUnavailable:
            worker.kill()
            raise
        return worker

    def judge(self, program: Program, is_wanted: Callable[[], bool]) -> RunResult:
        """Runs one program.

        What fails is the machinery, until shown otherwise: its workers are replaced and the program is tried again.  A program
        with which fresh workers failed twice is not tried a third time.  If its own code had begun both times, it is at fault
        itself (CRASH), so that nothing can hide behind a failure of the machinery; else it could not be judged (INFRA_ERROR).

        Raises:
            EnvClosed: The slot was closed meanwhile.
            SandboxUnavailable: No worker of the pool ever started.
            Stopped: ``is_wanted`` said no.
        """
        failures = begun = 0
        while True:
            if not is_wanted():
                raise Stopped
            fresh = not any(worker.served for worker in self._workers.values())
            try:
                return self._run(program, is_wanted)
            except WorkerDied as death:
                failure: Exception = death
                begun += fresh and death.program_began
            except (SandboxUnavailable, OSError) as error:  # no file descriptors left, disk full, daemon gone
                failure = error
            except BaseException:  # KeyboardInterrupt above all: the worker is in the middle of something
                self.kill()
                raise
            logger.debug("a sandbox worker failed: %s", failure)
            self.kill()
            failures += fresh
            if failures == _MAX_FRESH_FAILURES:
                return self._given_up(program, failure, guilty=begun == failures)

    def _given_up(self, program: Program, failure: Exception, *, guilty: bool) -> RunResult:
        if guilty:
            return failed(program, Status.CRASH, f"two fresh workers died with it: {failure}")
        if isinstance(failure, SandboxUnavailable) and not self._started.is_set():
            raise failure
        kind = "" if isinstance(failure, (SandboxUnavailable, WorkerDied)) else f"{type(failure).__name__}: "
        return failed(program, Status.INFRA_ERROR, f"two fresh workers failed, at last with: {kind}{failure}")

    def _run(self, program: Program, is_wanted: Callable[[], bool]) -> RunResult:
        worker = self.worker(program.role)
        test_worker = self.worker("tests") if program.tests else None
        if not is_wanted():  # whoever says so ends the workers that it sees, and these may have come later
            raise Stopped
        if test_worker is not None:
            return run_tests(worker, test_worker, program)
        return (run_stdin if program.stdin else run_calls)(worker, program)

    def kill(self) -> None:
        """Ends the workers; new ones are started when needed."""
        while self._workers:
            self._workers.popitem()[1].kill()

    def interrupt(self) -> None:
        """Ends the workers under the hands of whoever uses them."""
        for worker in list(self._workers.values()):
            worker.interrupt()

    def close(self) -> None:
        """Interrupts whoever uses the slot, for good; :meth:`kill` must follow when nobody does."""
        self._closed = True
        self.interrupt()

    def _check_open(self) -> None:
        if self._closed:
            raise EnvClosed("this sandbox was closed while it judged; make a new one with make_sandbox()")


class Turnstile:
    """Hands out slots, the one used last first (its memory is warm), to whoever has waited longest."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        """Owns ``slots``."""
        self.slots = tuple(slots)
        self._lock = threading.Lock()
        self._idle = list(self.slots)
        self._waiting: deque[queue.SimpleQueue[Slot]] = deque()

    def take(self, timeout_s: float | None = None) -> Slot:
        """Waits for a slot.

        Raises:
            queue.Empty: None came in time.
        """
        with self._lock:
            if self._idle:  # then nobody waits
                return self._idle.pop()
            place: queue.SimpleQueue[Slot] = queue.SimpleQueue()
            self._waiting.append(place)
        try:
            return place.get(timeout=timeout_s)
        except BaseException:  # too late, or an interrupt of the waiting thread
            with self._lock:
                handed_over = place not in self._waiting
                if not handed_over:
                    self._waiting.remove(place)
            if handed_over:
                self.give(place.get())
            raise

    def give(self, slot: Slot) -> None:
        """Returns a slot."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().put(slot)
            else:
                self._idle.append(slot)


def failed(program: Program, status: Status, detail: str) -> RunResult:
    """Returns the result of a program that could not be judged to its end."""
    count = len(program.calls) + len(program.stdin) + len(program.tests)
    return RunResult(status, results=(CallResult(status),) * count, detail=detail)
