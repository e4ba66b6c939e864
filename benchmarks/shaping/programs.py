"""The programs that are played: published tasks, one-line bugs in their references, siblings, and rollouts of noisy policies."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.shaping.restructure import restructure
from benchmarks.shaping.wrong_names import wrong_names
from rlvr_envs.audit.measure import mutants_of
from rlvr_envs.audit.mutants import draw_mutants, every_mutant
from rlvr_envs.parsing.syntax import parse_python
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.holdout import train_or_test
from rlvr_envs.tasks.sources import make_source

#: Name of the reader -> file in the folder that ``RLVR_DATA`` names.
FILES: Final[Mapping[str, str]] = {"humaneval": "HumanEval.jsonl.gz", "mbpp": "mbpp-601-974.jsonl"}
#: References take milliseconds, and a bug that never ends would take all that a program may have.
LIMITS: Final = Limits(time_s=1.0, cpu_s=1.0)
_OMISSION: Final = "drop-statement"
#: Mutations per answer of a policy: how many a program holds is drawn from Poisson's law with this mean.
STRENGTHS: Final[Mapping[str, float]] = {"strong": 1.0, "middling": 2.0, "weak": 4.0}


@dataclass(frozen=True)
class Bug:
    """A reference with one changed line.

    ``statements`` are the first and last line of each statement, and ``target`` is the index of the changed one.  ``undone`` says
    that one more edit of the same kinds gives the reference back, which favours whoever tries such edits.
    """

    task_id: str
    dataset: str
    split: str
    operator: str
    program: str
    statements: tuple[tuple[int, int], ...]
    target: int
    straight: bool
    undone: bool = False


def read_tasks_of(folder: Path) -> list[Task]:
    """Returns the tasks of the data sets that are in the folder, with short limits and references as ``ast.unparse`` writes them.

    Raises:
        FileNotFoundError: None of the data sets is there.
    """
    rng, tasks = np.random.default_rng(0), []
    for name, file in FILES.items():
        if (folder / file).is_file():
            source = make_source(f"{name}:{folder / file}")
            tasks += [source.get(task_id, rng) for task_id in source.ids() or ()]
    if not tasks:
        raise FileNotFoundError(f"RLVR_DATA must name a folder that holds {' or '.join(FILES.values())}, got {str(folder)!r}")
    return [replace(task, reference=ast.unparse(parse_python(str(task.reference))), limits=LIMITS) for task in tasks]


def dataset_of(task: Task) -> str:
    """Returns the name of the data set that a task is from."""
    return str(task.metadata.get("dataset", ""))


def bugs_of(task: Task, count: int, seed: int) -> list[Bug]:
    """Returns up to ``count`` one-line bugs, some of which may not be any (see :mod:`rlvr_envs.audit.mutants`).

    A quarter of them are wrong names.  Left out are dropped statements: what is not there has no line to blame.
    """
    reference = str(task.reference).split("\n")
    found = []
    rng = generator("wrong names", seed, task.task_id)
    named = wrong_names(str(task.reference), max(1, count // 4), rng, entry_point=task.entry_point)
    edited = [mutant for mutant in mutants_of(task, 2 * count, seed) if mutant.operator != _OMISSION]
    for mutant in (*edited[: count - len(named)], *named):
        lines = mutant.source.split("\n")
        changed = [number for number, pair in enumerate(zip(reference, lines, strict=False), start=1) if pair[0] != pair[1]]
        statements = statements_of(mutant.source)
        target = next((i for i, (first, last) in enumerate(statements) if changed and first <= changed[0] <= last), None)
        if len(lines) != len(reference) or len(changed) != 1 or target is None:
            continue
        straight, split = is_straight(mutant.source), train_or_test(task.task_id)
        found.append(Bug(task.task_id, dataset_of(task), split, mutant.operator, mutant.source, statements, target, straight))
    return found


def marked(bug: Bug, task: Task) -> Bug:
    """Returns the bug with ``undone`` found out, which takes longer than all else."""
    edits = every_mutant(bug.program, task.entry_point)
    return replace(bug, undone=any(edit.source == task.reference for edit in edits))


def statements_of(source: str) -> tuple[tuple[int, int], ...]:
    """Returns first and last line of each statement that can be wrong: all but definitions, imports, and texts that stand alone.

    Of a compound statement it is the head.
    """
    found = []
    for node in ast.walk(parse_python(source)):
        if not isinstance(node, ast.stmt) or isinstance(node, _NO_STATEMENTS):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        body = getattr(node, "body", None)
        last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
        found.append((node.lineno, max(node.lineno, last)))
    return tuple(sorted(found))


_NO_STATEMENTS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Try)


def is_straight(source: str) -> bool:
    """Whether every statement runs whenever the program does, so that executed lines say nothing."""
    branches = (ast.If, ast.For, ast.While, ast.Try, ast.AsyncFor, ast.Match)
    return not any(isinstance(node, branches) for node in ast.walk(parse_python(source)))


def siblings_of(task: Task, seed: int, count: int = 3) -> Iterator[str]:
    """Yields programs that should solve the task in another way than its reference does."""
    for number in range(count):
        program = restructure(str(task.reference), generator(seed, "sibling", task.task_id, number))
        if program != task.reference:
            yield program


def rollout(task: Task, mean: float, rng: np.random.Generator) -> str:
    """Returns an answer of a policy that makes ``mean`` mistakes on average."""
    program = str(task.reference)
    for _ in range(int(rng.poisson(mean))):
        drawn = draw_mutants(program, 1, rng, entry_point=task.entry_point)
        program = drawn[0].source if drawn else program
    return program


def generator(*key: object) -> np.random.Generator:
    """Returns the generator of that key; no two keys share a stream."""
    digest = hashlib.sha256("\0".join(map(str, key)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def spread(tasks: Sequence[Task], count: int, *key: object) -> list[Task]:
    """Returns ``count`` of the tasks, drawn without repetition; all of them in a new order if there are no more."""
    order = generator("tasks", *key).permutation(len(tasks)).tolist()
    return [tasks[index] for index in order[:count]]
