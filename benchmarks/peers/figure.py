"""The picture of the comparison: how long one graded answer takes, by backend and peer, as a distribution."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from benchmarks.peers.score import markdown

#: Kind of answer to its label and colour (of Okabe and Ito's palette, which holds for colour-blind readers).
_KINDS: Final = (("right", "right", "#0072B2"), ("wrong", "wrong in the last test", "#E69F00"), ("raising", "raising", "#D55E00"))
_BAR, _STEP = 0.2, 0.27
_WHISKERS, _BOX = (1, 99), (25, 75)


#: Between these lines of a document stands the table.
BEGIN, END = "<!-- peers -->", "<!-- /peers -->"


def show_in(document: Path, result: Path, picture: Path) -> None:
    """Draws the result of a run and writes its table into the document.

    Raises:
        FileNotFoundError: There is no such result; ``python -m benchmarks.peers`` writes it.
    """
    figures = json.loads(result.read_text(encoding="utf-8"))["figures"]
    draw(figures, picture)
    before, _, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    document.write_text(f"{before}{BEGIN}\n\n{markdown(figures)}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def draw(figures: Mapping[str, Any], picture: Path) -> None:
    """Writes the picture as a PNG: a row a contestant, a box a kind of answer."""
    contestants = figures["contestants"]
    figure = Figure(figsize=(11, 1.6 + 0.85 * len(contestants)), layout="constrained", dpi=110)
    axis = figure.subplots()
    for row, contestant in enumerate(contestants.values()):
        for number, (kind, _, colour) in enumerate(_KINDS):
            found = contestant["kinds"][kind].get("single")
            if found is not None:
                _box(axis, row + (number - 1) * _STEP, found["latency"], colour)
    axis.set_yticks(range(len(contestants)), [_label(*item) for item in contestants.items()], fontsize=10.5)
    axis.invert_yaxis()
    axis.set_xscale("log")
    axis.margins(x=0.12)
    axis.xaxis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0)))
    axis.xaxis.set_major_formatter(FuncFormatter(_duration))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x", alpha=0.35)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.set_xlabel("time of one env step with 4 tests on stdin (log scale): median, box 25 to 75 %, line 1 to 99 %")
    handles = [axis.plot([], [], color=colour, linewidth=7, alpha=0.75, label=label)[0] for _, label, colour in _KINDS]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, frameon=False, title="the answer is", fontsize=10.5)
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture)


def _box(axis: Axes, place: float, latency: Mapping[str, Any], colour: str) -> None:
    at = dict(zip(latency["percentiles"], latency["ms"], strict=True))
    low, high = _BOX
    axis.hlines(place, at[_WHISKERS[0]], at[_WHISKERS[1]], color=colour, linewidth=1.6)
    axis.barh(place, at[high] - at[low], height=_BAR, left=at[low], color=colour, alpha=0.55)
    axis.vlines(at[50], place - _BAR / 2, place + _BAR / 2, color=colour, linewidth=2.5)
    axis.annotate(
        _duration(at[50], 0), (at[_WHISKERS[1]], place), (5, 0), textcoords="offset points", va="center", fontsize=9, color=colour
    )


def _label(name: str, contestant: Mapping[str, Any]) -> str:
    if "backend" in contestant:
        return f"rlvr, {contestant['backend']}\n{contestant['isolation'].partition(', ')[2]}"
    version = next(iter(contestant["versions"].values()))
    return f"{name} {version}\nisolation: {contestant['isolation']}"


def _duration(milliseconds: float, _: int) -> str:
    return f"{milliseconds / 1000:.3g} s" if milliseconds >= 1000 else f"{milliseconds:.3g} ms"
