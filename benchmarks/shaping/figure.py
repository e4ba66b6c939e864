"""The picture of the recipes: a heat map of recipes and scores, blue where a score is good."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from matplotlib.figure import Figure

from benchmarks.shaping.table import BASELINES, Column, columns_of, markdown, rows_of, text_of

#: Between these lines of a document stands the table.
BEGIN, END = "<!-- shaping -->", "<!-- /shaping -->"
_PARTS: Final = {"localise": "does credit find the bug?", "resolve": "signal", "junk": "what junk earns", "cost": "price"}


def show_in(document: Path, result: Path, picture: Path) -> None:
    """Draws the result of a run and writes its table into the document.

    Raises:
        FileNotFoundError: There is no such result; ``python -m benchmarks.shaping`` writes it.
        ValueError: The document has no place for the table.
    """
    record = json.loads(result.read_text(encoding="utf-8"))
    text = document.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{document} must hold the lines {BEGIN} and {END}")
    draw(record["figures"], picture)
    image = f"![A heat map of recipes and scores]({picture.relative_to(document.parent).as_posix()})"
    document.write_text(f"{before}{BEGIN}\n\n{image}\n\n{markdown(record)}\n\n{END}{after}", encoding="utf-8")


def draw(figures: Mapping[str, Any], picture: Path) -> None:
    """Writes the picture as a PNG: a row a recipe, a column a score."""
    columns, rows = columns_of(figures), rows_of(figures)
    goodness = [[shade(column, value) for column, value in zip(columns, values, strict=True)] for values in rows.values()]
    figure = Figure(figsize=(0.95 * len(columns) + 3.0, 0.34 * len(rows) + 2.4), layout="constrained", dpi=110)
    axis = figure.subplots()
    axis.imshow(goodness, cmap="RdYlBu", vmin=0, vmax=1, aspect="auto", alpha=0.75)
    axis.set_xticks(range(len(columns)), [_wrapped(column.label) for column in columns], fontsize=8)
    axis.set_yticks(range(len(rows)), [_label(figures, name) for name in rows], fontsize=9)
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    for side in axis.spines.values():
        side.set_visible(False)
    for y, values in enumerate(rows.values()):
        for x, (column, value) in enumerate(zip(columns, values, strict=True)):
            dark = abs(shade(column, value) - 0.5) > 0.38  # both ends of the colours are
            colour = "white" if dark else "black"
            axis.text(x, y, text_of(column, value), ha="center", va="center", fontsize=8.5, color=colour)
    _lines(axis, figures, columns, list(rows))
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture)


def _lines(axis: Any, figures: Mapping[str, Any], columns: list[Column], names: list[str]) -> None:
    """Draws lines between parts and between kinds of recipe, and names the parts below."""
    parts = [column.part for column in columns]
    for part in dict.fromkeys(parts):
        first, size = parts.index(part), parts.count(part)
        axis.axvline(first - 0.5, color="white", linewidth=5)
        axis.text(
            first + (size - 1) / 2, len(names) - 0.2, _PARTS.get(part, part), ha="center", va="top", fontsize=9.5, style="italic"
        )
    kinds = ["baseline" if name in BASELINES else figures["recipes"].get(name, {"kind": "other"})["kind"] for name in names]
    for y in range(1, len(kinds)):
        if kinds[y] != kinds[y - 1]:
            axis.axhline(y - 0.5, color="white", linewidth=5)


def shade(column: Column, value: float | None) -> float:
    """Returns how good a value is, in [0, 1]; nan, which stays white, where there is none."""
    if value is None:
        return math.nan
    low, high, at = column.low, column.high, value
    if column.log:
        low, high, at = math.log(low), math.log(high), math.log(max(value, column.low))
    share = min(1.0, max(0.0, (at - low) / (high - low)))
    return share if column.high_is_good else 1.0 - share


def _label(figures: Mapping[str, Any], name: str) -> str:
    if name in BASELINES:
        return f"({name})"
    if name not in figures["recipes"]:
        return name
    found = figures["recipes"][name]
    return f"{name}  [{found['credit_from']}]" if found["credit_from"] != "none" else name


def _wrapped(label: str) -> str:
    words, lines = label.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 11 and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
