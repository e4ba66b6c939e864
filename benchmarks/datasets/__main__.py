"""``python -m benchmarks.datasets``: plays every reference and every empty body of HumanEval, HumanEval+ and MBPP.

References must get 1.0, empty bodies 0.0.

The data sets are looked for in the folder that ``RLVR_DATA`` names; ``--humaneval``, ``--humanevalplus`` and ``--mbpp`` name
files elsewhere.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.datasets.measure import Played, play_all
from benchmarks.datasets.score import figures
from benchmarks.results import write_result
from rlvr_envs.tasks.sources import make_source

FILES = {"humaneval": "HumanEval.jsonl.gz", "humanevalplus": "HumanEvalPlus-Mini.jsonl.gz", "mbpp": "mbpp-601-974.jsonl"}


def main() -> None:
    """Plays the data sets, prints counts and what is unexpected, writes the result; exit status 1 if anything is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.datasets", description=__doc__)
    folder = Path(os.environ.get("RLVR_DATA") or ".")
    for name, file in FILES.items():
        parser.add_argument(f"--{name}", type=Path, default=folder / file, help="default: $RLVR_DATA/" + file)
    parser.add_argument("--backend", default="auto", help="sandbox backend (default: %(default)s)")
    args = parser.parse_args()
    console = Console()
    paths = {name: getattr(args, name) for name in FILES if getattr(args, name).is_file()}
    for name in FILES.keys() - paths.keys():
        console.print(f"{name}: no file {getattr(args, name)}; set RLVR_DATA or --{name}", markup=False)
    if not paths:
        sys.exit("no data set to play")
    played = {name: _play(name, path, args.backend, console) for name, path in paths.items()}
    path = write_result("datasets", {"backend": args.backend, **{name: figures(results) for name, results in played.items()}})
    console.print(f"written to benchmarks/results/{path.name}", markup=False)
    if not all(result.as_expected for results in played.values() for result in results):
        sys.exit(1)


def _play(name: str, path: Path, backend: str, console: Console) -> list[Played]:
    tasks = f"{name}:{path}"
    total = 2 * len(make_source(tasks).ids() or ())
    results = list(track(play_all(tasks, backend=backend), description=name, total=total, console=console, transient=True))
    shown = figures(results)
    console.print(
        f"{name}: {shown['references_with_reward_1']} of {shown['tasks']} references get 1.0, "
        f"{shown['empty_bodies_with_reward_0']} of {shown['tasks']} empty bodies get 0.0",
        markup=False,
    )
    for row in shown["unexpected"]:
        console.print(f"  {row['task_id']} {row['kind']}: {row['verdict']} ({row['why']})", markup=False)
    return results


if __name__ == "__main__":
    main()
