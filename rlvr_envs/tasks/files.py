"""Files of tasks: JSON lines (or one JSON array), plain or gzip, read with errors that name the place."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from os import PathLike, fspath
from pathlib import Path
from typing import Any, TypeVar

from rlvr_envs.errors import MISSING, TaskError
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.format import task_from_dict, task_to_dict

T = TypeVar("T")

_GZIP_MAGIC = b"\x1f\x8b"


def read_tasks(path: str | PathLike[str]) -> tuple[Task, ...]:
    """Reads a file of rows in the task format.

    Raises:
        TaskError: A row breaks the format, two rows share an id, or the file holds none.
        OSError: The file cannot be read.
    """
    places: dict[str, str] = {}
    tasks = []
    for place, line, task in read_each(path, task_from_dict):
        if task.task_id in places:
            rule = f"must be unique ({places[task.task_id]} has it too)"
            raise TaskError(rule=rule, field="task_id", value=task.task_id, file=place, line=line)
        places[task.task_id] = f"line {line}" if line else place
        tasks.append(task)
    if not tasks:
        raise TaskError(rule="must hold at least one task, but holds no rows", file=fspath(path))
    return tuple(tasks)


def write_tasks(path: str | PathLike[str], tasks: Iterable[Task]) -> None:
    """Writes one row a task; a name that ends in ``.gz`` is compressed (with no time stamp: equal tasks, equal bytes)."""
    text = "".join(json.dumps(task_to_dict(task), allow_nan=False) + "\n" for task in tasks).encode()
    Path(path).write_bytes(gzip.compress(text, mtime=0) if fspath(path).endswith(".gz") else text)


def read_each(path: str | PathLike[str], make: Callable[[dict[str, Any]], T]) -> Iterator[tuple[str, int, T]]:
    """Yields place, line and what ``make`` makes of each row of a file, as :func:`read_rows` does of the rows themselves.

    Raises:
        TaskError: As of :func:`read_rows`, or of ``make``, with the row's place.
        OSError: The file cannot be read.
    """
    for place, line, row in read_rows(path):
        try:
            made = make(row)
        except TaskError as error:
            raise error.at(place, line) from None
        yield place, line, made


def read_rows(path: str | PathLike[str]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Yields ``(file, line, object)`` of a file of JSON lines, or ``(file[index], 0, object)`` of one JSON array.

    Gzip is told by its first bytes.

    Raises:
        TaskError: The file is not gzip, UTF-8 or JSON as it should be, or a row is not an object.
        OSError: The file cannot be read.
    """
    file = fspath(path)
    text = _read_text(file)
    if text.lstrip().startswith("["):
        numbered: Iterable[tuple[str, int, Any]] = ((f"{file}[{i}]", 0, row) for i, row in enumerate(_parse(text, file, 0)))
    else:
        # Only a line feed ends a row: JSON text may hold other line separators of Unicode.
        numbered = ((file, i, _parse(line, file, i)) for i, line in enumerate(text.split("\n"), start=1) if line.strip())
    for place, line, row in numbered:
        if not isinstance(row, dict):
            raise TaskError(rule="each row must be a JSON object", value=row, file=place, line=line)
        yield place, line, row


def text_field(row: dict[str, Any], name: str, *, default: str | None = None) -> str:
    """Returns a text field of a row of some published format, with line feeds as its only line ends.

    Raises:
        TaskError: It is missing (and has no default) or is not text.
    """
    value = row.get(name, MISSING if default is None else default)
    if not isinstance(value, str):
        raise TaskError(rule="is missing" if value is MISSING else "must be text", field=name, value=value)
    return value.replace("\r\n", "\n")


def _read_text(file: str) -> str:
    raw = Path(file).read_bytes()
    try:
        return (gzip.decompress(raw) if raw.startswith(_GZIP_MAGIC) else raw).decode("utf-8-sig")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TaskError(rule=f"must be a whole gzip file ({error})", value=f"{len(raw)} bytes", file=file) from None
    except UnicodeDecodeError as error:
        raise TaskError(rule=f"must be UTF-8 text ({error.reason} at byte {error.start})", value=raw[:20], file=file) from None


def _parse(text: str, file: str, line: int) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            raise TaskError(rule="must not repeat a key", value=[key for key, _ in pairs], file=file, line=line)
        return made

    def refuse(name: str) -> Any:
        raise TaskError(rule='must be strict JSON; write {"$float": "nan"}, "inf" or "-inf"', value=name, file=file, line=line)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        at = line + error.lineno - 1 if line else error.lineno
        raise TaskError(rule=f"must be JSON ({error.msg}, column {error.colno})", value=text[:80], file=file, line=at) from None
    except RecursionError:
        raise TaskError(rule="must not nest that deeply", value=text[:80], file=file, line=line) from None
    except ValueError as error:
        # An integer literal longer than the interpreter converts; TaskError is a ValueError too and passes unchanged.
        if isinstance(error, TaskError):
            raise
        raise TaskError(rule='must write long integers as {"$int": "0x..."}', value=text[:80], file=file, line=line) from None
