"""``python -m benchmarks.shaping``: scores every recipe of shaping wrappers, ours and your own.

Data sets are looked for in the folder that ``RLVR_DATA`` names: HumanEval and MBPP, at least one of them.  ``--recipe mine.yaml``
adds a recipe of your own.  The picture and the table in docs/shaping.md are made by a full run, and again by ``--figure``.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, TimeElapsedColumn

from benchmarks.goals import print_goals
from benchmarks.results import RESULTS, write_result
from benchmarks.shaping.parts import FULL, PARTS, QUICK, Lab
from benchmarks.shaping.play import Memory, Told, fitting, solvable_of
from benchmarks.shaping.programs import read_tasks_of
from benchmarks.shaping.recipes import Named, discover
from benchmarks.shaping.run.junk import hostile_task
from benchmarks.shaping.table import as_text
from rlvr_envs.tasks.sources import ListSource

DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    """Runs the parts, prints table and goals, writes the result, and draws it if the run was a full one."""
    options = _options()
    if options.figure:
        _draw(options.results)
        return
    figures = _measure(options)
    print(as_text(figures))
    print_goals(figures["goals"])
    path = write_result("shaping", figures, seeds=[options.seed], folder=options.results)
    print(f"written to {path}")
    if not options.quick and not options.recipe and options.parts == list(PARTS) and options.results == RESULTS:
        _draw(options.results)


def _measure(options: argparse.Namespace) -> dict[str, Any]:
    try:
        tasks = read_tasks_of(Path(os.environ.get("RLVR_DATA") or "."))
    except FileNotFoundError as error:
        sys.exit(str(error))
    with (
        warnings.catch_warnings(),
        Progress(*Progress.get_default_columns(), TimeElapsedColumn(), console=Console(stderr=True)) as bars,
    ):
        warnings.simplefilter("ignore", SyntaxWarning)  # odd escapes in the data sets

        def bar(name: str, total: int) -> Told:
            task = bars.add_task(name, total=total)
            return lambda done: bars.update(task, advance=done)

        memory, recipes = Memory(), discover(options.recipe)
        solvable = solvable_of(tasks, memory, backend=options.backend, told=bar("references", len(tasks)))
        source = ListSource([*solvable, hostile_task()], name="shaping")
        kept, left_out = fitting(recipes[0], source, memory, backend=options.backend)
        sizes = QUICK if options.quick else FULL
        lab = Lab(kept, solvable, source, memory, sizes, options.seed, options.backend, bar)
        found = {name: PARTS[name](lab) for name in options.parts}
    return {
        "backend": options.backend,
        "sizes": vars(sizes),
        "tasks": {"read": len(tasks), "reference solves": len(solvable)},
        "recipes": {named.name: _described(named) for named in kept},
        "left_out": {**recipes[1], **left_out},
        **{name: part for name, (part, _) in found.items()},
        "goals": [goal for _, goals in found.values() for goal in goals],
    }


def _described(named: Named) -> dict[str, Any]:
    return {"kind": named.kind, "credit_from": named.source, "steps": named.recipe.to_plain(), "digest": named.recipe.digest}


def _draw(folder: Path) -> None:
    from benchmarks.shaping.figure import show_in

    show_in(DOCS / "shaping.md", folder / "shaping.json", DOCS / "images" / "shaping.png")
    print("drawn into docs/images/shaping.png and docs/shaping.md")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shaping", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run, which says that it works and nothing more")
    parser.add_argument(
        "--recipe", type=Path, action="append", default=[], metavar="FILE", help="a recipe of your own, YAML or JSON"
    )
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS), help="default: all")
    parser.add_argument("--figure", action="store_true", help="only draw the last result again")
    parser.add_argument("--seed", type=int, default=0, help="which bugs, rollouts and tasks (default: %(default)s)")
    parser.add_argument("--backend", default="auto", help="sandbox backend (default: %(default)s)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the result (default: benchmarks/results)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
