"""The sandbox of every local backend: warm workers, shared by all threads of a process, behind one launcher.

Order is kept, one slow program holds up only its own worker, and a worker that dies takes no other program with it.  What is not
covered: back-pressure (``run_many`` takes any number of programs and keeps them in memory).
"""

from __future__ import annotations

import atexit
import logging
import os
import queue
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

from rlvr_envs.errors import EnvClosed, SandboxUnavailable
from rlvr_envs.sandbox.base import CallResult, Program, RunResult, Sandbox, SandboxReport, Status
from rlvr_envs.sandbox.launch import Launcher
from rlvr_envs.sandbox.remote import run_tests
from rlvr_envs.sandbox.session import run_calls, run_stdin
from rlvr_envs.sandbox.worker import Worker, WorkerDied

logger = logging.getLogger(__name__)

_MAX_FRESH_DEATHS = 2


class Slot:
    """A place for one program at a time: a worker for programs and, once tests are run, one for tests; started when needed."""

    def __init__(self, launcher: Launcher, recycle_after: int) -> None:
        """Starts nothing yet."""
        self._launcher, self._recycle_after = launcher, recycle_after
        self._workers: dict[str, Worker] = {}
        self.started = False
        self._closed = False

    def worker(self, role: str) -> Worker:
        """Returns the worker of a role, a new one if there is none or it has served enough programs.

        Raises:
            EnvClosed: The slot was closed meanwhile.
        """
        if self._closed:
            raise EnvClosed("this sandbox was closed while it judged; make a new one with make_sandbox()")
        worker = self._workers.get(role)
        if worker is not None and worker.served >= self._recycle_after:
            self._workers.pop(role).kill()
            worker = None
        if worker is None:
            worker = self._workers[role] = self._launch()
            self.started = True
        return worker

    def _launch(self) -> Worker:
        try:
            return Worker(self._launcher)
        except SandboxUnavailable as error:
            logger.debug("a sandbox worker did not start, trying once more: %s", error)
            return Worker(self._launcher)

    def judge(self, program: Program) -> RunResult:
        """Runs one program.

        A worker that dies is replaced and the program tried again; a program with which two fresh workers die is at fault
        itself, so that nothing can hide behind a failure of the machinery.
        """
        fresh_deaths = 0
        while True:
            fresh = self.worker(program.role).served == 0
            try:
                return self._run(program)
            except WorkerDied as death:
                logger.debug("a sandbox worker died: %s", death)
                self.kill()
                fresh_deaths += fresh
                if fresh_deaths == _MAX_FRESH_DEATHS:
                    status = Status.CRASH if death.program_began else Status.INFRA_ERROR
                    return failed(program, status, f"two fresh workers died with it: {death}")
            except BaseException:  # KeyboardInterrupt above all: the worker is in the middle of something
                self.kill()
                raise

    def _run(self, program: Program) -> RunResult:
        if program.tests:
            return run_tests(self.worker("program"), self.worker("tests"), program)
        if program.stdin:
            return run_stdin(self.worker(program.role), program)
        return run_calls(self.worker(program.role), program)

    def kill(self) -> None:
        """Ends the workers; new ones are started when needed."""
        while self._workers:
            self._workers.popitem()[1].kill()

    def close(self) -> None:
        """Ends the workers under the hands of whoever uses them; :meth:`kill` must follow when nobody does."""
        self._closed = True
        for worker in list(self._workers.values()):
            worker.interrupt()

    def forget(self) -> None:
        """Lets go of workers that belong to the process this one was forked from."""
        while self._workers:
            self._workers.popitem()[1].forget()


def failed(program: Program, status: Status, detail: str) -> RunResult:
    """Returns the result of a program that could not be judged to its end."""
    count = len(program.calls) + len(program.stdin) + len(program.tests)
    return RunResult(status, results=(CallResult(status),) * count, detail=detail)


def check_program(program: Program) -> None:
    """Refuses a program of no mode or several.

    Raises:
        ValueError: Of the fields ``calls``, ``stdin`` and ``tests`` more than one is given, or the entry point is missing.
    """
    modes = [name for name in ("calls", "stdin", "tests") if getattr(program, name)]
    if len(modes) > 1:
        raise ValueError(f"a program has either calls or stdin or tests, got {' and '.join(modes)}; run them as programs apart")
    if program.entry_point is None and modes != ["stdin"]:
        raise ValueError(f"entry_point must be a name for a program with {modes[0] if modes else 'calls'}, got None")


class PooledSandbox(Sandbox):
    """Runs programs on ``workers`` warm guests of one launcher."""

    def __init__(self, launcher: Launcher, *, workers: int | None = None, recycle_after: int = 2000) -> None:
        """Prepares the pool; a worker starts with the first program that it gets.

        Args:
            launcher: How a guest is started.
            workers: Number of programs that run at a time; None: one for each CPU.
            recycle_after: Programs after which a worker is replaced.

        Raises:
            ValueError: A number below 1.
        """
        self._count = os.cpu_count() or 1 if workers is None else workers
        for name, value in (("workers", self._count), ("recycle_after", recycle_after)):
            if value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")
        self._launcher, self._recycle_after = launcher, recycle_after
        self._closed = False
        self._report: SandboxReport | None = None
        self._reset()
        _live.add(self)

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._executor: ThreadPoolExecutor | None = None
        self._slots = [Slot(self._launcher, self._recycle_after) for _ in range(self._count)]
        self._idle: queue.LifoQueue[Slot] = queue.LifoQueue()
        for slot in self._slots:
            self._idle.put(slot)

    def run_many(self, programs: Sequence[Program]) -> list[RunResult]:
        """Runs programs over all workers and returns their results in order; see :meth:`Sandbox.run_many`."""
        self._check_open()
        for program in programs:
            check_program(program)
        if len(programs) <= 1 or self._count == 1:
            return [self._run_one(program) for program in programs]
        futures = self._submit(programs)
        try:
            return [future.result() for future in futures]
        except CancelledError as error:
            raise EnvClosed("this sandbox was closed while it judged; make a new one with make_sandbox()") from error
        finally:
            for future in futures:
                future.cancel()

    def _run_one(self, program: Program) -> RunResult:
        self._check_open()
        slot = self._idle.get()
        try:
            return slot.judge(program)
        except SandboxUnavailable as error:
            if not any(other.started for other in self._slots):
                raise
            return failed(program, Status.INFRA_ERROR, str(error))
        except OSError as error:  # out of file descriptors, disk full
            slot.kill()
            return failed(program, Status.INFRA_ERROR, f"{type(error).__name__}: {error}")
        finally:
            self._idle.put(slot)

    def _submit(self, programs: Sequence[Program]) -> list[Future[RunResult]]:
        with self._lock:  # so that close() comes before all of them or after
            self._check_open()
            if self._executor is None:
                self._executor = ThreadPoolExecutor(self._count, thread_name_prefix=f"rlvr-sandbox-{self._launcher.name}")
            return [self._executor.submit(self._run_one, program) for program in programs]

    def report(self) -> SandboxReport:
        """Returns what is enforced, as measured by a probe in a real worker."""
        self._check_open()
        if self._report is None:
            slot = self._idle.get()
            try:
                worker = slot.worker("program")
                level = self._launcher.level(worker.features)
                self._report = SandboxReport(self._launcher.name, level, worker.python, dict(worker.features))
            finally:
                self._idle.put(slot)
        return self._report

    def close(self) -> None:
        """Ends all workers; idempotent.  Whoever waits for a program meanwhile gets EnvClosed."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        _live.discard(self)
        for slot in self._slots:
            slot.close()
        returned = [self._idle.get() for _ in self._slots]  # each comes back when its user has noticed
        for slot in returned:
            slot.kill()
            self._idle.put(slot)  # threads that still wait for one shall hear of the end
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self._closed

    def _check_open(self) -> None:
        if self._closed:
            raise EnvClosed("this sandbox was closed; make a new one with make_sandbox()")

    def _after_fork(self) -> None:
        """Starts afresh in a forked process: workers, threads and locks stayed with the parent."""
        for slot in self._slots:
            slot.forget()
        self._reset()


_live: weakref.WeakSet[PooledSandbox] = weakref.WeakSet()


def _close_all() -> None:
    for sandbox in list(_live):
        sandbox.close()


def _after_fork_in_child() -> None:
    for sandbox in list(_live):
        sandbox._after_fork()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
