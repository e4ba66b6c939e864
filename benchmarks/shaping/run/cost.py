"""Times the steps of a vector environment under every recipe, and counts the programs that it runs beyond the answers.

The sandbox's own time varies more than a wrapper takes.  So it is measured once, and a recipe's own time is the difference
between steps with and without it whose answers are known already; what a recipe runs beyond the answers is run for real.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from benchmarks.shaping.play import Memory, Told, make_envs
from benchmarks.shaping.recipes import Named
from rlvr_envs.tasks.sources import ListSource

Answers = Sequence[tuple[str, str]]
#: A recipe that runs programs is timed in this part of the rounds: each takes long, and the machine's noise is small beside it.
_DEAR: Final = 8


@dataclass
class Timed:
    """Seconds of an answer: judged for real without and with traced lines, and with each recipe beyond a step of known answers.

    ``programs`` are those that a recipe runs beyond the answer, for each answer.
    """

    real_s: float = 0.0
    traced_s: float = 0.0
    own_s: dict[str, list[float]] = field(default_factory=dict)
    programs: dict[str, float] = field(default_factory=dict)
    traces: dict[str, bool] = field(default_factory=dict)


def time_judging(base: Named, traced: Named, source: ListSource, answers: Answers, *, rounds: int, backend: str) -> Timed:
    """Returns what judging takes; both ways in turn, so that a busy machine slows both alike."""
    seconds: dict[str, list[float]] = {"base": [], "traced": []}
    for _ in range(rounds):
        for name, named in (("base", base), ("traced", traced)):
            memory = Memory()
            envs = make_envs(named, source, memory, num_envs=len(answers), backend=backend)
            seconds[name].append(_step(envs, answers))
            envs.close()
    return Timed(median(seconds["base"]), median(seconds["traced"]))


def cost(
    named: Named, timed: Timed, base: Named, source: ListSource, answers: Answers, *, rounds: int, backend: str, told: Told
) -> None:
    """Adds a recipe's own time in each round, and its programs; rounds of the recipe and of no wrapper take turns."""
    memories = {"base": Memory(keep_extra=False), "recipe": Memory(keep_extra=False)}
    envs = {
        "base": make_envs(base, source, memories["base"], num_envs=len(answers), backend=backend),
        "recipe": make_envs(named, source, memories["recipe"], num_envs=len(answers), backend=backend),
    }
    for one in envs.values():
        _step(one, answers)  # from here on, the answers are known
    before, found = memories["recipe"].programs, []
    for _ in range(rounds):
        spent = {name: _step(one, answers) for name, one in envs.items()}
        found.append(spent["recipe"] - spent["base"])
        told(1)
        if len(found) * _DEAR >= rounds and memories["recipe"].programs > before:
            told(rounds - len(found))
            break
    timed.own_s[named.name] = found
    timed.programs[named.name] = (memories["recipe"].programs - before) / (len(found) * len(answers))
    timed.traces[named.name] = named.options.get("trace") == "lines"
    for one in envs.values():
        one.close()


def _step(envs: Any, answers: Answers) -> float:
    """Returns the seconds of one answer in a step of all."""
    envs.reset(seed=0, options={"task_id": [task_id for task_id, _ in answers]})
    gc.collect()
    start = time.perf_counter()
    envs.step([action for _, action in answers])
    return (time.perf_counter() - start) / len(answers)
