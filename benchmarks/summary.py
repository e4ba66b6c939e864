"""``python -m benchmarks.summary``: the goals of all results, with what was reached, in one table."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.results import RESULTS


def goals_in(folder: Path, names: Sequence[str] = ()) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yields benchmark, commit and goal for each goal of the results in ``folder``, of all or of the benchmarks named.

    A named benchmark without a result has one goal that is missed: to be run.
    """
    for name in names or sorted(path.stem for path in folder.glob("*.json")):
        path = folder / f"{name}.json"
        if not path.is_file():
            missing = {"name": "has a result", "value": None, "goal": 1, "sense": ">=", "unit": "result", "met": False}
            yield name, "", missing
            continue
        record = json.loads(path.read_text(encoding="utf-8"))
        for entry in record["figures"].get("goals", ()):
            yield name, record["commit"], entry


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.summary", description=__doc__)
    parser.add_argument("benchmarks", nargs="*", help="default: all that have a result")
    options = parser.parse_args()
    table = Table("benchmark", "what", "reached", "goal", "", box=box.SIMPLE_HEAD)
    missed, last = 0, ""
    found = list(goals_in(RESULTS, options.benchmarks))
    for name, commit, entry in found:
        value = "not measured" if entry["value"] is None else f"{entry['value']:,.6g} {entry['unit']}"
        verdict = "met" if entry["met"] else "[bold red]MISSED[/]"
        shown = "" if name == last else f"{name}\n[dim]{commit}[/]"
        table.add_row(shown, entry["name"], value, f"{entry['sense']} {entry['goal']:,.6g}", verdict)
        missed, last = missed + (not entry["met"]), name
    Console(width=110).print(table)
    print(f"{len(found) - missed} of {len(found)} goals met")


if __name__ == "__main__":
    main()
