"""Times one small program on each backend and in a bare interpreter, in turn, so that a busy machine slows all alike."""

from __future__ import annotations

import subprocess
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial

from rlvr_envs.sandbox.base import Call, Program, Sandbox, Status
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.sandbox.launch import find_interpreter

SOURCE = "def f(x):\n    return sorted([x, 3, 1])\n"
INPUTS = range(5)
PROGRAM = Program(SOURCE, entry_point="f", calls=tuple(Call((x,)) for x in INPUTS))
SCRIPT = SOURCE + "\nfor x in range(5):\n    print(f(x))\n"
BARE = "python -I -S"

Runner = Callable[[int], None]


def run_bare(count: int) -> None:
    """Runs the program ``count`` times, each in an interpreter of its own and without any isolation."""
    command = [find_interpreter().executable, "-I", "-S", "-c", SCRIPT]
    for _ in range(count):
        subprocess.run(command, check=True, capture_output=True)


def run_one_by_one(sandbox: Sandbox, count: int) -> None:
    """Judges the program ``count`` times, one after the other."""
    for _ in range(count):
        _check(sandbox.run(PROGRAM).status)


def run_batch(sandbox: Sandbox, count: int) -> None:
    """Judges the program ``count`` times, as one batch over all workers."""
    for result in sandbox.run_many([PROGRAM] * count):
        _check(result.status)


def _check(status: Status) -> None:
    if status is not Status.OK:
        raise RuntimeError(f"the benchmark's program ended as {status.value!r}")


def runners(backends: Sequence[str], workers: int, stack: ExitStack) -> dict[str, Runner]:
    """Returns what is compared, by name; the sandboxes are warm and close with ``stack``."""
    found: dict[str, Runner] = {BARE: run_bare}
    for backend in backends:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # backend 'none' is measured on purpose
            single, several = make_sandbox(backend, workers=1), make_sandbox(backend, workers=workers)
        stack.enter_context(single)
        stack.enter_context(several)
        found[f"{backend}, 1 worker"] = partial(run_one_by_one, single)
        found[f"{backend}, {workers} workers"] = partial(run_batch, several)
    for run in found.values():
        run(4)
    return found


def seconds_per_program(found: Mapping[str, Runner], *, rounds: int, programs: int) -> dict[str, list[float]]:
    """Returns the seconds a program took, one figure a round; the runners take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(rounds):
        for name, run in found.items():
            began = time.perf_counter()
            run(programs)
            seconds[name].append((time.perf_counter() - began) / programs)
    return seconds
