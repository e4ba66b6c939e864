"""The sandbox of every backend: warm workers, shared by all threads of a process, behind one launcher.

Order is kept, one slow program holds up only its own worker, and a worker that dies takes no other program with it.  As many
programs are under way as there are workers, whatever number is asked for: an iterator of programs is read no faster than
they are judged, and threads that ask at the same time are served in turn.

Nothing outlives its owner: at the end of the interpreter all pools are closed, and where that does not come about (SIGTERM,
SIGKILL) a guest ends because its stdin does.  A forked process, and one that unpickles a pool, starts workers of its own.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from rlvr_envs.errors import EnvClosed
from rlvr_envs.sandbox.base import Level, Program, RunResult, Sandbox, SandboxReport
from rlvr_envs.sandbox.launch import Launcher
from rlvr_envs.sandbox.slots import Slot, Stopped, Turnstile

_STOP_SECONDS = 5.0


def check_program(program: Program) -> None:
    """Refuses a program of no mode or several.

    Raises:
        ValueError: Of the fields ``calls``, ``stdin`` and ``tests`` more than one is given, or one is a text rather than
            several, or the entry point is missing.
    """
    for name in ("stdin", "tests"):
        if isinstance(getattr(program, name), str):
            raise ValueError(f"{name} must be a tuple of texts, got one text {getattr(program, name)[:50]!r}; write ({name},)")
    modes = [name for name in ("calls", "stdin", "tests") if getattr(program, name)]
    if len(modes) > 1:
        raise ValueError(f"a program has either calls or stdin or tests, got {' and '.join(modes)}; run them as programs apart")
    if program.entry_point is None and modes != ["stdin"]:
        raise ValueError(f"entry_point must be a name for a program with {modes[0] if modes else 'calls'}, got None")


class Batch:
    """The programs of one call: taken one by one by the threads that judge them, the results in order."""

    def __init__(self, programs: Iterable[Program]) -> None:
        """Takes nothing yet."""
        self._programs = iter(programs)
        self._lock = threading.Lock()
        self._results: list[RunResult | None] = []
        self._error: BaseException | None = None
        self._running: set[Slot] = set()

    def take(self) -> tuple[int, Program] | None:
        """Returns the next program and its place, None when there are no more or the batch was stopped."""
        with self._lock:
            program = None if self._error is not None else next(self._programs, None)
            if program is None:
                return None
            check_program(program)
            self._results.append(None)
            return len(self._results) - 1, program

    def judge(self, turnstile: Turnstile, index: int, program: Program) -> None:
        """Judges one program and keeps its result."""
        slot = turnstile.take()
        try:
            self._running.add(slot)
            self._results[index] = slot.judge(program, self.is_wanted)
        finally:
            self._running.discard(slot)
            turnstile.give(slot)

    def is_wanted(self) -> bool:
        """Whether the caller still waits for results."""
        return self._error is None

    def stop(self, error: BaseException) -> None:
        """Makes ``error`` the outcome of the call, and ends what runs for it."""
        with self._lock:
            if self._error is None:
                self._error = error
        for slot in list(self._running):
            slot.interrupt()

    def results(self) -> list[RunResult]:
        """Returns the results of a batch that is done, or raises what stopped it."""
        if self._error is not None:
            raise self._error
        return [result for result in self._results if result is not None]


class PooledSandbox(Sandbox):
    """Runs programs on ``workers`` warm guests of one launcher."""

    def __init__(
        self, launcher: Launcher, *, workers: int | None = None, recycle_after: int = 2000, level: Level = "none"
    ) -> None:
        """Prepares the pool; a worker starts with the first program that it gets.

        Args:
            launcher: How a guest is started.
            workers: Number of programs that run at a time; None: one for each CPU.
            recycle_after: Programs after which a worker is replaced.
            level: The least level; a worker that does not reach it judges nothing.

        Raises:
            ValueError: A number below 1.
        """
        self._count = os.cpu_count() or 1 if workers is None else workers
        for name, value in (("workers", self._count), ("recycle_after", recycle_after)):
            if value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")
        self._launcher, self._recycle_after, self._level = launcher, recycle_after, level
        self._closed = False
        self._report: SandboxReport | None = None
        self._finalizer: weakref.finalize[..., PooledSandbox] | None = None
        self._reset()
        _live.add(self)

    def _reset(self) -> None:
        if self._finalizer is not None:
            self._finalizer.detach()
        self._lock = threading.Lock()
        started = threading.Event()
        slots = [Slot(self._launcher, self._recycle_after, self._level, started) for _ in range(self._count)]
        self._turnstile = Turnstile(slots)
        self._finalizer = weakref.finalize(self, _end, self._turnstile)  # for a pool that nobody closed
        self._finalizer.atexit = False

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Pickles as a pool of the same kind, with workers of its own."""
        make = partial(PooledSandbox, workers=self._count, recycle_after=self._recycle_after, level=self._level)
        return make, (self._launcher,)

    def run_many(self, programs: Iterable[Program]) -> list[RunResult]:
        """Runs programs over all workers and returns their results in order; see :meth:`Sandbox.run_many`."""
        self._check_open()
        count = self._count
        if isinstance(programs, Sequence):
            count = min(count, len(programs))
            for program in programs:
                check_program(program)
        batch = Batch(programs)
        # Daemons, as the end of the interpreter waits for other threads before it closes the pools that would end them.
        work = partial(self._work, batch)
        name = f"rlvr-sandbox-{self._launcher.name}"
        helpers = [threading.Thread(target=work, name=name, daemon=True) for _ in range(count - 1)]
        try:
            for helper in helpers:
                helper.start()
            self._work(batch)
            for helper in helpers:
                helper.join()
        except BaseException as error:  # an interrupt of this thread, which waited for others
            batch.stop(error)
        if not batch.is_wanted():
            for helper in helpers:
                if helper.ident is not None:
                    helper.join(_STOP_SECONDS)  # it may be waiting for a slot that another call holds
        return batch.results()

    def _work(self, batch: Batch) -> None:
        """Judges programs of a batch until there are no more."""
        try:
            while (item := batch.take()) is not None:
                self._check_open()
                batch.judge(self._turnstile, *item)
        except Stopped:
            return
        except BaseException as error:
            batch.stop(error)

    def report(self) -> SandboxReport:
        """Returns what is enforced, as measured by a probe in a real worker."""
        self._check_open()
        if self._report is None:
            turnstile = self._turnstile
            slot = turnstile.take()
            try:
                worker = slot.worker("program")
                features = self._launcher.features(worker.features)
                self._report = SandboxReport(self._launcher.name, self._launcher.level(features), worker.python, features)
            finally:
                turnstile.give(slot)
        return self._report

    def close(self) -> None:
        """Ends all workers; idempotent.  Whoever waits for a program meanwhile gets EnvClosed."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        _live.discard(self)
        _end(self._turnstile)
        assert self._finalizer is not None
        self._finalizer.detach()

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self._closed

    def _check_open(self) -> None:
        if self._closed:
            raise EnvClosed("this sandbox was closed; make a new one with make_sandbox()")

    def _after_fork(self) -> None:
        """Starts afresh in a forked process: workers, threads and locks stayed with the parent."""
        self._reset()


_live: weakref.WeakSet[PooledSandbox] = weakref.WeakSet()


def _end(turnstile: Turnstile) -> None:
    """Ends all workers, also under the hands of whoever uses them."""
    for slot in turnstile.slots:
        slot.close()
    returned = []
    with suppress(queue.Empty):
        for _ in turnstile.slots:  # each comes back when its user has noticed
            returned.append(turnstile.take(_STOP_SECONDS))
    for slot in turnstile.slots:
        slot.kill()
    for slot in returned:
        turnstile.give(slot)  # threads that still wait for one shall hear of the end


def _close_all() -> None:
    for sandbox in list(_live):
        sandbox.close()


def _after_fork_in_child() -> None:
    for sandbox in list(_live):
        sandbox._after_fork()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
