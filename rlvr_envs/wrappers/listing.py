"""Listing: what wrappers and presets there are, as data and as tables for a terminal."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlvr_envs.wrappers.presets import PRESETS
from rlvr_envs.wrappers.recipe import parse_recipe
from rlvr_envs.wrappers.registry import known_wrappers, wrapper_class

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class WrapperRow:
    """What a wrapper says about itself; ``""`` and ``()`` where it says nothing, as one that another distribution adds may."""

    name: str
    kind: str
    summary: str
    needs: tuple[str, ...]
    basis: str
    effect: str


def wrapper_rows() -> list[WrapperRow]:
    """Returns a row for each wrapper of this package and of others, by kind and name; one that cannot be loaded says why."""
    return sorted((_row(name) for name in known_wrappers()), key=lambda row: (row.kind, row.name))


def print_wrappers(console: Console) -> None:
    """Prints all wrappers and presets as tables."""
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=True)
    table.add_column("wrapper", no_wrap=True)
    table.add_column("what it does and needs", ratio=1)
    table.add_column("optimum,\nbasis")
    for row in wrapper_rows():
        what = Text(row.summary)
        if row.needs:
            what.append("\nneeds " + ", ".join(row.needs), style="dim")
        effect = Text(row.effect)
        if row.basis:
            effect.append(f"\n{row.basis}", style="dim")
        table.add_row(Text(row.name, style="bold").append(f"\n{row.kind}", style="not bold dim"), what, effect)
    console.print(table)
    presets = Table("preset", "wrappers, innermost first", show_lines=True)
    for name in PRESETS:
        presets.add_row(Text(name, style="bold"), Text(str(parse_recipe(name))))
    console.print(presets)


def _row(name: str) -> WrapperRow:
    try:
        found = wrapper_class(name)
    except ValueError as error:
        return WrapperRow(name, "", str(error), (), "", "")
    lines = (inspect.getdoc(found) or "").splitlines()
    return WrapperRow(
        name=name,
        kind=getattr(found, "kind", ""),
        summary=lines[0].replace("``", "") if lines else "",
        needs=tuple(fact.value for fact in getattr(found, "needs", ())),
        basis=getattr(found, "basis", None) or "",
        effect=getattr(found, "effect", ""),
    )
