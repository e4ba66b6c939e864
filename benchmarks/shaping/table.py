"""The table of recipes and scores: one list of columns for text, document and picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.shaping.run.localise import OTHER

Figures = Mapping[str, Any]
BASELINES: Final = ("random line", "last line")


@dataclass(frozen=True)
class Column:
    """One score: how to find it in the figures by recipe, how to write it, and which end of its scale is good."""

    part: str
    label: str
    find: Callable[[Mapping[str, Any]], Any]
    form: str = "{:.2f}"
    high_is_good: bool = True
    low: float = 0.0
    high: float = 1.0
    log: bool = False


COLUMNS: Final = (
    Column("localise", "bug found, top-1", lambda one: one.get("test", {}).get("top1"), low=0.2, high=0.9),
    Column("localise", "bug found, top-3", lambda one: one.get("test", {}).get("top3"), low=0.4, high=1.0),
    Column("localise", "mean reciprocal rank", lambda one: one.get("test", {}).get("mrr"), low=0.4, high=1.0),
    Column("localise", "top-1, HumanEval", lambda one: one.get("humaneval", {}).get("top1"), low=0.2, high=0.9),
    Column("localise", "top-1, every assert fails", lambda one: one.get("fails every assert", {}).get("top1"), low=0.2, high=0.9),
    Column("localise", "top-1, no edit undoes it", lambda one: one.get("no edit undoes it", {}).get("top1"), low=0.2, high=0.9),
    Column(
        "localise", "top-1, sibling differs much", lambda one: one.get("sibling differs much", {}).get("top1"), low=0.2, high=0.9
    ),
    Column("localise", "top-1, straight line", lambda one: one.get("straight line", {}).get("top1"), low=0.2, high=0.9),
    Column("resolve", "groups without signal", lambda one: one["no_signal"], high_is_good=False, high=0.6),
    Column("resolve", "rank correlation", lambda one: one["rank_correlation"]),
    Column("junk", "mean reward of junk", lambda one: one["junk"], high_is_good=False, high=0.6),
    Column("junk", "mean reward, partly right", lambda one: one["by_kind"].get("partial")),
    Column("junk", "junk ≥ partly right", lambda one: one["junk_at_least_partial"], high_is_good=False),
    Column("junk", "wrong ≥ right", lambda one: one["outranks"], form="{:.3f}", high_is_good=False, high=0.2),
    Column(
        "cost", "own time, % of a step", lambda one: one["own_percent"], "{:.1f}", high_is_good=False, low=1, high=1000, log=True
    ),
    Column("cost", "extra programs", lambda one: one["extra_programs"], "{:.1f}", high_is_good=False, low=0.5, high=64, log=True),
)


def columns_of(figures: Figures) -> list[Column]:
    """Returns the columns whose part was run."""
    return [column for column in COLUMNS if column.part in figures]


def rows_of(figures: Figures) -> dict[str, list[float | None]]:
    """Returns the value of each column for each baseline and recipe, None where there is none."""
    columns = columns_of(figures)
    names = [*(BASELINES if "localise" in figures else ()), *figures["recipes"]]
    names += [name for name in figures.get("localise", {}).get("recipes", ()) if name.endswith(OTHER)]
    return {name: [_value(figures, column, name) for column in columns] for name in names}


def _value(figures: Figures, column: Column, name: str) -> float | None:
    found = figures[column.part]["recipes"].get(name)
    value = None if found is None else column.find(found)
    return float(value[0]) if isinstance(value, (list, tuple)) else value


def text_of(column: Column, value: float | None) -> str:
    """Returns a value as the tables and the picture show it."""
    text = "" if value is None else column.form.format(value)
    return text.lstrip("-") if text and float(text) == 0.0 else text


def as_text(figures: Figures) -> str:
    """Returns the table for a terminal."""
    from rich.console import Console
    from rich.table import Table

    table, columns = Table(), columns_of(figures)
    table.add_column("recipe", no_wrap=True)
    for column in columns:
        table.add_column(column.label, justify="right", overflow="fold")
    for name, values in rows_of(figures).items():
        table.add_row(name, *(text_of(column, value) for column, value in zip(columns, values, strict=True)))
    console = Console(width=180, color_system=None)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def markdown(record: Mapping[str, Any]) -> str:
    """Returns the table for a document, from a whole result."""
    figures = record["figures"]
    columns = columns_of(figures)
    lines = [f"| recipe | {' | '.join(column.label for column in columns)} |", f"|---|{'---:|' * len(columns)}"]
    for name, values in rows_of(figures).items():
        cells = (text_of(column, value) for column, value in zip(columns, values, strict=True))
        lines.append(f"| {name if name in BASELINES else f'`{name}`'} | {' | '.join(cells)} |")
    told = [
        f"By `{record['command']}` at commit `{record['commit'].split('+')[0]}`, seed {', '.join(map(str, record['seeds']))}."
    ]
    if "localise" in figures:
        found = figures["localise"]
        told.append(
            f"{found['bugs']} bugs in {found['tasks']} tasks, {found['statements_mean']} statements each; *bug found* and *mean "
            f"reciprocal rank* are of the {found['subsets']['test']} bugs in tasks held out."
        )
    if "cost" in figures:
        step_ms, traced = figures["cost"]["step_ms"], figures["cost"]["traced_percent"]
        told.append(f"A step without a wrapper takes {step_ms:.1f} ms an answer; tracing lines adds {traced:.0f} % to it.")
    if "resolve" in figures:
        found = figures["resolve"]
        told.append(f"Of {found['groups']} groups, {found['solved_by_all']} are solved by all of their answers.")
    return "\n".join([*lines, "", " ".join(told), "", *_goals(figures)])


def _goals(figures: Figures) -> list[str]:
    lines = ["| goal | reached | wanted | |", "|---|---:|---:|---|"]
    for entry in figures["goals"]:
        value = "not measured" if entry["value"] is None else f"{entry['value']:.3g}"
        lines.append(
            f"| {entry['name']} | {value} | {entry['sense']} {entry['goal']:.3g} | {'met' if entry['met'] else '**missed**'} |"
        )
    return lines
