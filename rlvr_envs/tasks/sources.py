"""Where tasks come from: ``make_source`` turns what a user writes into a :class:`~rlvr_envs.tasks.base.TaskSource`."""

from __future__ import annotations

import difflib
import errno
import functools
import stat
from collections.abc import Callable, Iterable, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from rlvr_envs._naming import aside, did_you_mean
from rlvr_envs.errors import TaskError
from rlvr_envs.tasks.base import Task, TaskSource
from rlvr_envs.tasks.difficulty import near
from rlvr_envs.tasks.evalplus import Problem, read_humanevalplus, with_answers
from rlvr_envs.tasks.files import read_tasks
from rlvr_envs.tasks.format import check_task, task_from_dict
from rlvr_envs.tasks.generated import GeneratedSource
from rlvr_envs.tasks.holdout import train_or_test
from rlvr_envs.tasks.humaneval import read_humaneval
from rlvr_envs.tasks.mbpp import read_mbpp

T = TypeVar("T", Task, Problem)

#: What a user may write for a source of tasks.
Tasks = str | PathLike[str] | TaskSource | Iterable[Task | Mapping[str, Any]]

LIST_SPLITS: Final = ("all", "train", "test")
_READERS: Final[Mapping[str, Callable[[str], Iterable[Task]]]] = {"humaneval": read_humaneval, "mbpp": read_mbpp}
_PLUS: Final = "humanevalplus"
_FORMS: Final = (
    "generated, generated:FAMILY,..., humaneval:PATH, humanevalplus:PATH, mbpp:PATH, or the path of a .jsonl(.gz) file"
)


def _of_split(items: Iterable[T], split: str, name: str, check: Callable[[T], None]) -> dict[str, T]:
    """Returns the tasks or problems of a split by their ids, in order, each of them and of the others checked."""
    if split not in LIST_SPLITS:
        raise ValueError(f"split of {name} must be one of {', '.join(LIST_SPLITS)}, got {split!r}{aside(split, LIST_SPLITS)}")
    every: dict[str, T] = {}
    for item in items:
        check(item)
        if item.task_id in every:
            raise TaskError(rule="must be unique", field="task_id", value=item.task_id, file=name)
        every[item.task_id] = item
    chosen = {task_id: item for task_id, item in every.items() if split in ("all", train_or_test(task_id))}
    if not every:
        raise ValueError(f"{name} must hold at least one task, got none")
    if not chosen:
        raise ValueError(f"split {split!r} of {name} must hold a task, got none of {len(every)}; use split='all'")
    return chosen


class ListSource:
    """A fixed list of tasks, all alike in probability.

    ``split="all"`` keeps every task, ``"test"`` those whose id hashes (SHA-256) into the first fifth, ``"train"`` the others.
    So a task stays where it is when tasks are added, and no seed can mix the two.
    """

    def __init__(self, tasks: Iterable[Task], *, split: str = "all", name: str = "tasks") -> None:
        """Checks and keeps the tasks of the split, in order.

        Args:
            tasks: The tasks.
            split: One of :data:`LIST_SPLITS`.
            name: What to call the list in errors and in ``repr``.

        Raises:
            TaskError: A task breaks the format, or two share an id.
            ValueError: An unknown split, or one that holds no task.
        """
        self._tasks = _of_split(tasks, split, name, check_task)
        self.split, self.name = split, name

    def __deepcopy__(self, memo: dict[int, Any]) -> ListSource:
        """Returns itself: it never changes, and Gymnasium copies the arguments of ``gym.make``."""
        return self

    def __len__(self) -> int:
        """Returns the number of tasks."""
        return len(self._tasks)

    def __repr__(self) -> str:
        """Shows name, split and size."""
        return f"ListSource({self.name!r}, split={self.split!r}, {len(self)} tasks)"

    def sample(self, rng: np.random.Generator, difficulty: float | None = None) -> Task:
        """Draws a task.

        Args:
            rng: The only source of chance; one number is drawn.
            difficulty: In [0, 1]: only tasks whose ``metadata["difficulty"]`` is within 1/6 of it, else the nearest.

        Raises:
            ValueError: ``difficulty`` is outside [0, 1], or asked of tasks that state none.
        """
        tasks = list(self._tasks.values())
        if difficulty is not None:
            tasks = list(near(tasks, difficulty, self._difficulty))
        return tasks[int(rng.integers(len(tasks)))]

    def get(self, task_id: str, rng: np.random.Generator) -> Task:
        """Returns the task of that id; ``rng`` is not used, as all its tests are fixed.

        Raises:
            TaskError: There is no such task; the text names the nearest id.
        """
        if task_id not in self._tasks:
            known = list(self._tasks)
            nearest = difflib.get_close_matches(task_id, known, n=1, cutoff=0.0)[0]
            raise TaskError(rule=f"must be an id of {self!r}, such as {nearest!r}", field="task_id", value=task_id)
        return self._tasks[task_id]

    def ids(self) -> tuple[str, ...]:
        """Returns all task ids in order."""
        return tuple(self._tasks)

    def _difficulty(self, task: Task) -> float:
        if "difficulty" not in task.metadata:  # where it is there, it was checked
            rule = f"difficulty= needs a number in [0, 1] as metadata['difficulty'] of every task of {self.name}"
            raise ValueError(f"{rule}, but it is missing in task {task.task_id!r}; pass difficulty=None")
        return float(task.metadata["difficulty"])


class AnsweredSource:
    """A fixed list of problems whose expected values are what their references return; split as a :class:`ListSource`.

    The references run in the sandbox, in one batch, when the first task is asked for, and never again: nothing is run by
    making the source or by :meth:`ids`.
    """

    def __init__(self, problems: Iterable[Problem], *, split: str = "all", name: str = "tasks") -> None:
        """Keeps the problems of the split, in order.

        Raises:
            TaskError: Two problems share an id.
            ValueError: An unknown split, or one that holds no problem.
        """
        self._problems = tuple(_of_split(problems, split, name, lambda problem: None).values())
        self.split, self.name = split, name
        self._answered: ListSource | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> AnsweredSource:
        """Returns itself: what it holds never changes, and Gymnasium copies the arguments of ``gym.make``."""
        return self

    def __repr__(self) -> str:
        """Shows name, split and size."""
        return f"AnsweredSource({self.name!r}, split={self.split!r}, {len(self._problems)} tasks)"

    def sample(self, rng: np.random.Generator, difficulty: float | None = None) -> Task:
        """Draws a task as :meth:`ListSource.sample` does; the first use runs the references.

        Raises:
            TaskError: A reference gives no answer.
            InfraError: The sandbox failed.
            SandboxUnavailable: There is none here.
        """
        return self._list().sample(rng, difficulty)

    def get(self, task_id: str, rng: np.random.Generator) -> Task:
        """Returns the task of that id; raises as :meth:`sample` and :meth:`ListSource.get` do."""
        return self._list().get(task_id, rng)

    def ids(self) -> tuple[str, ...]:
        """Returns all task ids in order."""
        return tuple(problem.task_id for problem in self._problems)

    def _list(self) -> ListSource:
        if self._answered is None:
            self._answered = ListSource(with_answers(self._problems), name=self.name)
        return self._answered


def make_source(tasks: Tasks = "generated", *, split: str | None = None) -> TaskSource:
    """Returns the source of tasks that ``tasks`` describes.

    Args:
        tasks: ``"generated"`` or ``"generated:FAMILY,FAMILY"``; ``"humaneval:PATH"``, ``"humanevalplus:PATH"`` or ``"mbpp:PATH"``
            for these data sets as published, plain or gzip; the path of a JSONL(.gz) file in the task format; a source; or tasks,
            as :class:`Task` or as rows of the format.
        split: ``"train"``, ``"test"``, ``"all"``, for generated tasks also ``"transfer"``.  None is ``"train"`` for generated
            tasks, and everything for files and lists.  A source that is passed in has made its choice: only None is accepted.

    Raises:
        TaskError: A task breaks the format.
        ValueError: An unknown name, family or split.
        TypeError: None of the above.
        OSError: The file cannot be read.
    """
    if isinstance(tasks, (str, PathLike)):
        return _source_named(fspath(tasks), split)
    if isinstance(tasks, TaskSource):
        if split is not None:
            raise ValueError(f"split must be None with a source, which has its own, got {split!r} and {tasks!r}")
        return tasks
    return ListSource((_as_task(row, i) for i, row in enumerate(_rows(tasks))), split="all" if split is None else split)


def _source_named(text: str, split: str | None) -> TaskSource:
    name, colon, rest = text.partition(":")
    if name == "generated":
        families = [family.strip() for family in rest.split(",")] if colon else []
        return GeneratedSource(split=split or "train", families=families)
    if name == _PLUS and rest:
        return _source_with_answers(rest, split or "all", _stamp(rest))
    if name in _READERS and rest:
        return _source_of_file(name, rest, split or "all", _stamp(rest))
    if name not in (*_READERS, _PLUS) and Path(text).is_file():
        return _source_of_file("", text, split or "all", _stamp(text))
    hint = did_you_mean(name, ("generated", *_READERS, _PLUS))
    raise ValueError(f"unknown tasks {text!r} (no such file either){'; ' + hint if hint else '.'} Known: {_FORMS}")


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = Path(path).stat()
    except OSError as error:
        raise OSError(error.errno, f"the file of tasks cannot be read: {error.strerror}", path) from None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "the file of tasks cannot be read: it is a folder", path)
    return found.st_mtime_ns, found.st_size


@functools.lru_cache(maxsize=16)
def _source_of_file(reader: str, path: str, split: str, stamp: tuple[int, int]) -> ListSource:
    """Returns the tasks of a file, read once for all environments of a vector; ``stamp`` changes when the file does."""
    tasks = _READERS[reader](path) if reader else read_tasks(path)
    return ListSource(tasks, split=split, name=f"{reader}:{path}" if reader else path)


@functools.lru_cache(maxsize=16)
def _source_with_answers(path: str, split: str, stamp: tuple[int, int]) -> AnsweredSource:
    return AnsweredSource(read_humanevalplus(path), split=split, name=f"{_PLUS}:{path}")


def _rows(tasks: object) -> Iterable[object]:
    if isinstance(tasks, Iterable) and not isinstance(tasks, (Mapping, bytes)):
        return tasks
    raise TypeError(f"tasks must be a name, a path, a TaskSource or a list of tasks, got {type(tasks).__name__}")


def _as_task(row: object, index: int) -> Task:
    if isinstance(row, Task):
        return row
    if isinstance(row, Mapping):
        return task_from_dict(row, file=f"tasks[{index}]")
    raise TaskError(rule="must be a Task or a row of the task format", value=row, file=f"tasks[{index}]")
