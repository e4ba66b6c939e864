"""The programs of the soak: honest ones whose answers are known, and hostile ones from the tests' battery."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rlvr_envs.sandbox.base import Call, Program, RunResult, Status
from rlvr_envs.sandbox.limits import Limits

_TESTS: Final = Path(__file__).parents[2] / "tests"
#: Where the hostile programs lie: ``*.py`` files, in folders by mode and family.
HOSTILE_FOLDERS: Final = (_TESTS / "hostile" / "programs" / "hostile",)

_HONEST_LIMITS: Final = Limits(time_s=60.0, cpu_s=30.0)
_HOSTILE_LIMITS: Final = Limits(time_s=0.5, cpu_s=1.0, memory_mib=256, output_kib=16)
_INPUTS: Final = (3, 50, 700)


@dataclass(frozen=True)
class Asked:
    """A program and, of an honest one, the values (or texts) that it must give."""

    program: Program
    hostile: bool = False
    values: tuple[Any, ...] = ()

    def is_right(self, result: RunResult) -> bool:
        """Whether an honest program was judged as it should be."""
        if result.status is not Status.OK or any(item.status is not Status.OK for item in result.results):
            return False
        if self.program.tests:
            return len(result.results) == len(self.program.tests)
        given = [item.stdout if self.program.stdin else item.value for item in result.results]
        return tuple(given) == self.values


def read_hostile(folders: Sequence[Path] = HOSTILE_FOLDERS) -> list[str]:
    """Returns the sources of the hostile programs.

    Raises:
        FileNotFoundError: There are none.
    """
    for folder in folders:
        sources = [file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.py"))]
        if sources:
            return sources
    raise FileNotFoundError(f"no hostile programs in {' or '.join(map(str, folders))}; run from a checkout")


def draw(rng: random.Random, hostile: Sequence[str], share: float) -> Iterator[Asked]:
    """Yields programs without end; ``share`` of them are hostile."""
    while True:
        yield _hostile(rng, hostile) if rng.random() < share else _honest(rng)


def _hostile(rng: random.Random, sources: Sequence[str]) -> Asked:
    source = rng.choice(sources)
    if rng.random() < 0.3:
        tests = tuple(f"assert f({x}) == {x * 7919 + 13}" for x in _INPUTS)
        return Asked(Program(source, entry_point="f", tests=tests, limits=_HOSTILE_LIMITS), hostile=True)
    calls = tuple(Call((x,)) for x in _INPUTS)
    return Asked(Program(source, entry_point="f", calls=calls, limits=_HOSTILE_LIMITS), hostile=True)


def _honest(rng: random.Random) -> Asked:
    factor = rng.randrange(2, 1000)
    source = f"def f(x):\n    print('at work')\n    return [x * {factor}, str(x)]\n"
    mode = rng.choice(("calls", "calls", "calls", "stdin", "tests"))
    if mode == "stdin":
        script = f"import sys\nfor line in sys.stdin:\n    print(int(line) * {factor})\n"
        program = Program(script, stdin=("1\n2\n", "5\n"), limits=_HONEST_LIMITS)
        return Asked(program, values=(f"{factor}\n{2 * factor}\n", f"{5 * factor}\n"))
    if mode == "tests":
        tests = tuple(f"found = f({x})\nassert found[0] == {x * factor}" for x in _INPUTS)
        return Asked(Program(source, entry_point="f", tests=tests, limits=_HONEST_LIMITS))
    calls = tuple(Call((x,)) for x in _INPUTS)
    values = tuple([x * factor, str(x)] for x in _INPUTS)
    return Asked(Program(source, entry_point="f", calls=calls, limits=_HONEST_LIMITS), values=values)
