"""``python -m benchmarks.fuzz``: hostile bytes against the decoder and the readers of replies.

None may raise anything but the documented errors, take long or take much memory.  The exit status is 1 when one did.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.fuzz.measure import Fuzzed, fuzz
from benchmarks.goals import goal, print_goals
from benchmarks.results import write_result

#: Bounds for one input, of at most a megabyte: CPU time of the thread, and memory that Python allocates.
SLOWEST_MS, PEAK_MIB = 2000.0, 256.0


def goals_of(found: Fuzzed) -> list[dict[str, Any]]:
    """Returns what must hold, beside what was found."""
    return [
        goal("inputs that raise an undocumented error", found.fault_count, "<=", 0, "inputs"),
        goal("CPU time of the slowest input", round(found.slowest_ms, 1), "<=", SLOWEST_MS, "ms"),
        goal("memory of the largest input", round(found.peak_mib, 1), "<=", PEAK_MIB, "MiB"),
    ]


def main() -> None:
    """Reads the inputs, prints what came of them and writes the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="of the inputs (default: %(default)s)")
    options = parser.parse_args()
    columns = (TextColumn("fuzzing"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=options.inputs)
        found = fuzz(options.inputs, options.seed, lambda count: progress.advance(bar, count))
    shown = {
        "inputs": found.inputs,
        "inputs_per_s": round(found.inputs / found.seconds),
        "mib": round(found.bytes / 2**20, 1),
        "families": dict(found.by_family),
        "accepted": dict(found.accepted),
        "refused": dict(found.refused),
        "slowest": found.slowest,
        "largest": found.peak,
        "faults": found.faults,
        "goals": goals_of(found),
    }
    print(f"{found.inputs:,} inputs, {shown['mib']:,} MiB, {shown['inputs_per_s']:,} inputs/s (without making them)")
    for name in ("families", "accepted", "refused", "slowest", "largest"):
        print(f"{name}: {shown[name]}")
    for fault in found.faults:
        print(f"FAULT: {fault}")
    print_goals(shown["goals"])
    path = write_result("fuzz", shown, seeds=(options.seed,))
    print(f"written to benchmarks/results/{path.name}")
    sys.exit(0 if all(entry["met"] for entry in shown["goals"]) else 1)


if __name__ == "__main__":
    main()
