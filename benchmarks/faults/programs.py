"""Programs that end in every way of their own, each with the only status and values that are true of it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Final

from rlvr_envs.sandbox.base import Call, Program, RunResult, Status
from rlvr_envs.sandbox.limits import Limits

#: What a machine that kills its workers may say of any program, besides the truth: that it failed itself.
INFRA: Final = Status.INFRA_ERROR
_LIMITS: Final = Limits(time_s=60.0, cpu_s=30.0)
_INPUTS: Final = (3, 50, 700)


@dataclass(frozen=True)
class Known:
    """A program and the truth about it: its status, the statuses of its items and their values (or texts)."""

    program: Program
    status: Status
    items: tuple[Status, ...]
    values: tuple[Any, ...]

    def is_true(self, result: RunResult) -> bool:
        """Whether a result says what is true of the program."""
        given = tuple(item.stdout if self.program.stdin else item.value for item in result.results)
        return (result.status, tuple(item.status for item in result.results), given) == (self.status, self.items, self.values)


def draw(rng: random.Random) -> Known:
    """Returns one program, drawn from all kinds; its numbers make its values its own."""
    return rng.choice((_right, _busy, _busy, _wrong_in_one, _stdin, _tests, _exits))(rng.randrange(2, 10_000))


def _calls(source: str, status: Status, items: tuple[Status, ...], values: tuple[Any, ...]) -> Known:
    calls = tuple(Call((x,)) for x in _INPUTS)
    return Known(Program(source, entry_point="f", calls=calls, limits=_LIMITS), status, items, values)


def _right(number: int) -> Known:
    source = f"def f(x):\n    return [x * {number}, str(x)]\n"
    return _calls(source, Status.OK, (Status.OK,) * 3, tuple([x * number, str(x)] for x in _INPUTS))


def _busy(number: int) -> Known:
    """Takes a few milliseconds, so that it is often hit in the middle."""
    source = f"def f(x):\n    return sum(i % 7 for i in range(40_000)) + x * {number}\n"
    total = sum(i % 7 for i in range(40_000))
    return _calls(source, Status.OK, (Status.OK,) * 3, tuple(total + x * number for x in _INPUTS))


def _wrong_in_one(number: int) -> Known:
    source = f"def f(x):\n    return {number} // (x - 50)\n"
    items = (Status.OK, Status.ERROR, Status.OK)
    return _calls(source, Status.OK, items, (number // -47, None, number // 650))


def _exits(number: int) -> Known:
    source = f"import os\ndef f(x):\n    return os._exit(7) if x == 50 else x * {number}\n"
    items = (Status.OK, Status.FORBIDDEN, Status.NOT_RUN)
    return _calls(source, Status.FORBIDDEN, items, (3 * number, None, None))


def _stdin(number: int) -> Known:
    source = f"import sys\nfor line in sys.stdin:\n    print(int(line) * {number})\n"
    program = Program(source, stdin=("1\n2\n", "5\n"), limits=_LIMITS)
    return Known(program, Status.OK, (Status.OK,) * 2, (f"{number}\n{2 * number}\n", f"{5 * number}\n"))


def _tests(number: int) -> Known:
    source = f"def f(x):\n    return [x * {number}]\n"
    tests = (f"found = f(3)\nassert found[0] == {3 * number}", f"found = f(3)\nassert found[0] == {3 * number + 1}")
    program = Program(source, entry_point="f", tests=tests, limits=_LIMITS)
    return Known(program, Status.OK, (Status.OK, Status.ERROR), (None, None))
