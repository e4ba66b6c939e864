"""Times one small program on each backend and in two bare interpreters, in turn, so that a busy machine slows all alike."""

from __future__ import annotations

import json
import os
import subprocess
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Call, Program, Sandbox, Status
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.sandbox.guest.zygote import PREIMPORTED
from rlvr_envs.sandbox.launch import find_interpreter, guest_environment

SOURCE = "def f(x):\n    return sorted([x, 3, 1])\n"
INPUTS = range(5)
PROGRAM = Program(SOURCE, entry_point="f", calls=tuple(Call((x,)) for x in INPUTS))
#: A program with some work: about 20,000 lines executed.
LOOP = Program(
    "def f(x):\n    total = 0\n    for i in range(2000):\n        if i % 3 == x % 3:\n            total += i\n    return total\n",
    entry_point="f",
    calls=tuple(Call((x,)) for x in INPUTS),
)
#: Four texts for stdin, as an environment asks them: of one visible and three hidden tests.
MAIN = Program("a, b = map(int, input().split())\nprint(a + b)\n", stdin=("1 2", "3 4", "5 6", "7 8"), together=(1, 3))
SCRIPT = SOURCE + "\nfor x in range(5):\n    print(f(x))\n"
BARE, FORK = "python -I -S", "warm fork"
STDIN, TRACED, TRACED_LOOP = "four texts on stdin", "small, lines traced", "loop, lines traced"
LOOPED, ONE_CORE = "loop", "four texts on stdin, 1 worker, everything on 1 core"

#: Runs a number of programs.
Runner = Callable[[int], None]


class Forker:
    """A warm interpreter that forks for each program (:mod:`.forker`)."""

    def __init__(self) -> None:
        """Starts it."""
        script = Path(__file__).with_name("forker.py")
        command = [find_interpreter().executable, "-s", "-S", "-B", str(script), *PREIMPORTED]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=guest_environment("/tmp"))

    def __enter__(self) -> Forker:
        """Returns itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Ends it."""
        self._process.communicate()

    def run(self, count: int) -> None:
        """Runs the program ``count`` times, one after the other."""
        stdin, stdout = _open(self._process.stdin), _open(self._process.stdout)
        asked = json.dumps({"source": SOURCE, "inputs": list(INPUTS)}).encode() + b"\n"
        for _ in range(count):
            stdin.write(asked)
            stdin.flush()
            if len(json.loads(stdout.readline())) != len(INPUTS):
                raise RuntimeError("the warm interpreter gave other than one answer an input")


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def run_bare(count: int) -> None:
    """Runs the program ``count`` times, each in an interpreter of its own and without any isolation."""
    command = [find_interpreter().executable, "-I", "-S", "-c", SCRIPT]
    for _ in range(count):
        subprocess.run(command, check=True, capture_output=True)


def run_one_by_one(sandbox: Sandbox, program: Program, count: int) -> None:
    """Judges the program ``count`` times, one after the other."""
    for _ in range(count):
        _check(sandbox.run(program).status)


def run_batch(sandbox: Sandbox, program: Program, count: int) -> None:
    """Judges the program ``count`` times, as one batch over all workers."""
    for result in sandbox.run_many([program] * count):
        _check(result.status)


def run_on_one_core(run: Runner, count: int) -> None:
    """Runs with this thread, and all that it starts meanwhile, on one core; workers that were started so stay there."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        run(count)
    finally:
        os.sched_setaffinity(0, cores)


def _check(status: Status) -> None:
    if status is not Status.OK:
        raise RuntimeError(f"the benchmark's program ended as {status.value!r}")


def _run_forkers(forkers: Sequence[Forker], threads: ThreadPoolExecutor, count: int) -> None:
    list(threads.map(lambda forker: forker.run(count // len(forkers)), forkers))


def name_of(backend: str, workers: int) -> str:
    """Returns the name under which a backend with that many workers is measured."""
    return f"{backend}, {workers} worker{'s' if workers > 1 else ''}"


def runners(backends: Sequence[str], workers: int, stack: ExitStack) -> tuple[dict[str, Runner], dict[str, str]]:
    """Returns what is compared, by name, and why a backend is not among it; all are warm and end with ``stack``."""
    forkers = [stack.enter_context(Forker()) for _ in range(workers)]
    threads = stack.enter_context(ThreadPoolExecutor(workers))
    found: dict[str, Runner] = {BARE: run_bare, name_of(FORK, 1): forkers[0].run}
    found[name_of(FORK, workers)] = partial(_run_forkers, forkers, threads)
    missing: dict[str, str] = {}
    for backend in backends:
        try:
            single, several = (_sandbox(backend, count, stack) for count in (1, workers))
        except SandboxUnavailable as error:
            missing[backend] = str(error)
            continue
        found[name_of(backend, 1)] = partial(run_one_by_one, single, PROGRAM)
        found[name_of(backend, workers)] = partial(run_batch, several, PROGRAM)
        if backend == backends[0]:
            found[name_of(STDIN, 1)] = partial(run_batch, single, MAIN)
            found[name_of(STDIN, workers)] = partial(run_batch, several, MAIN)
            pinned = _sandbox(backend, 1, stack)
            found[ONE_CORE] = partial(run_on_one_core, partial(run_batch, pinned, MAIN))
            found[TRACED] = partial(run_one_by_one, single, replace(PROGRAM, trace_lines=True))
            found[LOOPED] = partial(run_one_by_one, single, LOOP)
            found[TRACED_LOOP] = partial(run_one_by_one, single, replace(LOOP, trace_lines=True))
    for run in found.values():
        run(2 * workers)
    return found, missing


def _sandbox(backend: str, workers: int, stack: ExitStack) -> Sandbox:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # backend 'none' is measured on purpose
        return stack.enter_context(make_sandbox(backend, workers=workers))


def seconds_per_program(
    found: Mapping[str, Runner], *, rounds: int, programs: int, step: Callable[[], object]
) -> dict[str, list[float]]:
    """Returns the seconds a program took, one figure a round; the runners take turns, and ``step`` is called after each."""
    seconds: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(rounds):
        for name, run in found.items():
            began = time.perf_counter()
            run(programs)
            seconds[name].append((time.perf_counter() - began) / programs)
            step()
    return seconds


def latencies(run: Runner, programs: int) -> list[float]:
    """Returns the seconds that each of a number of programs took, one after the other, in order of size."""
    seconds = []
    for _ in range(programs):
        began = time.perf_counter()
        run(1)
        seconds.append(time.perf_counter() - began)
    return sorted(seconds)
