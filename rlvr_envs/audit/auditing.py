"""``rlvr audit TASKS``: reads tasks, runs the audit, prints the report; exit status 0, 1 (findings) or 2 (bad usage).

Needs the extra ``cli``; rich is loaded when the command runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from rlvr_envs._usage import given
from rlvr_envs.audit.findings import Severity
from rlvr_envs.audit.measure import Progress, Settings, measure
from rlvr_envs.audit.report import Audited, audited, details, summary_lines, table, to_json
from rlvr_envs.errors import UsageError
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.sources import make_source

#: What ``--fail-on`` knows, and the severity from which on the exit status is 1.
FAIL_ON: Final = {**{level.name.lower(): int(level) for level in Severity}, "never": 1 + max(Severity)}
#: Tasks drawn from a source that has no end, unless told otherwise.
DRAWN: Final = 100


class AuditUsageError(UsageError):
    """Raised when an argument of ``rlvr audit`` cannot be used."""


@dataclass(frozen=True)
class Options:
    """The options of the command; ``limit`` and ``workers`` None: all tasks, one worker for each CPU."""

    json_path: Path | None = None
    mutants: int = 20
    runs: int = 5
    seed: int = 0
    split: str | None = None
    limit: int | None = None
    workers: int | None = None
    backend: str = "auto"
    level: str | None = None
    packages: tuple[str, ...] = ()
    fail_on: str = "error"
    rows: int = 20


def run_audit(tasks: str, options: Options) -> int:
    """Audits the tasks, prints the report and returns the exit status: 1 when a finding is at least as bad as ``fail_on``.

    Raises:
        UsageError: An option is outside its range, or there are no such tasks.
        TaskError: A task breaks the format.
        SandboxUnavailable: The sandbox cannot be had on this machine.
    """
    if options.fail_on not in FAIL_ON:
        raise AuditUsageError(f"--fail-on must be one of {', '.join(FAIL_ON)}, got {options.fail_on!r}")
    for name, value, least in (("seed", options.seed, 0), ("rows", options.rows, 0)):
        if value < least:
            raise AuditUsageError(f"--{name} must be at least {least}, got {value}")
    if options.json_path is not None:
        _check_report_file(options.json_path)
    with given():
        settings = Settings(runs=options.runs, mutants=options.mutants, seed=options.seed)
        chosen = read(tasks, split=options.split, limit=options.limit, seed=options.seed)
        sandbox = make_sandbox(options.backend, workers=options.workers, level=options.level, packages=options.packages)
    with sandbox, _progress() as progress:
        rows = audited(measure(chosen, sandbox, settings, progress))
        report = sandbox.report()
    show(rows, options.rows)
    if options.json_path is not None:
        data = to_json(rows, tasks=tasks, settings=settings, sandbox=report)
        options.json_path.write_text(json.dumps(data, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return int(any(row.severity >= FAIL_ON[options.fail_on] for row in rows))


def _check_report_file(path: Path) -> None:
    """Refuses a file that cannot be written, before an audit that may take long; what it holds stays until there is a report."""
    if not path.resolve().parent.is_dir():
        raise AuditUsageError(f"--json must name a file in a folder that exists, got {str(path)!r}")
    try:
        was_there = path.exists()
        path.open("a").close()
        if not was_there:
            path.unlink()
    except OSError as error:
        raise AuditUsageError(f"--json must name a file that can be written to, got {str(path)!r}: {error.strerror}") from error


def read(tasks: str, *, split: str | None, limit: int | None, seed: int) -> list[Task]:
    """Returns the first ``limit`` tasks of a source, or so many drawn ones of a source without an end.

    Raises:
        ValueError: ``limit`` is below 1, or there are no such tasks.
        OSError: The file cannot be read.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"--limit must be at least 1, got {limit}")
    source, rng = make_source(tasks, split=split), np.random.default_rng(seed)
    ids = source.ids()
    if ids is not None:
        return [source.get(task_id, rng) for task_id in ids[:limit]]
    drawn: dict[str, Task] = {}
    wanted = limit or DRAWN
    for _ in range(100 * wanted):  # a small source may hold fewer than are wanted
        if len(drawn) == wanted:
            break
        task = source.sample(rng)
        drawn.setdefault(task.task_id, task)
    return list(drawn.values())


def show(rows: list[Audited], limit: int) -> None:
    """Prints the worst tasks, what is wrong with them, and the summary."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    if any(row.findings for row in rows):
        console.print(table(rows, limit))
        for line in details(rows, limit):
            console.print(line, soft_wrap=True)
        left = sum(bool(row.findings) for row in rows) - limit
        if left > 0:
            console.print(f"... and {left} more tasks with findings (--rows, --json)")
    for line in summary_lines(rows):
        console.print(line, soft_wrap=True)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Yields what moves a bar on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        known: dict[str, object] = {}

        def moved(name: str, done: int, total: int) -> None:
            if name not in known:
                known[name] = bars.add_task(name, total=total)
            bars.update(known[name], completed=done)  # type: ignore[arg-type]

        yield moved
