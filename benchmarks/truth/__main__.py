"""``python -m benchmarks.truth``: references and mutants of published data sets, judged here and by plain ``exec``.

Every difference is printed by name with its explanation (see :mod:`benchmarks.truth.explain`).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from benchmarks.results import write_result
from benchmarks.truth.explain import explain
from benchmarks.truth.measure import MEMORY_MIB, TIME_S, Compared, choose, compare
from benchmarks.truth.originals import FILES
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.factory import make_sandbox

_BATCH = 64


def main() -> None:
    """Compares, prints counts and differences, writes the result; exit status 1 when a difference is unexplained."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.truth", description=__doc__)
    parser.add_argument("--mutants", type=int, default=300, help="of each data set (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="which mutants (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="default: one for each CPU")
    parser.add_argument("--backend", default="auto", help="sandbox backend (default: %(default)s)")
    args = parser.parse_args()
    console = Console(highlight=False, markup=False)
    folder = Path(os.environ.get("RLVR_DATA") or ".")
    files = {name: folder / file for name, file in FILES.items() if (folder / file).is_file()}
    if not files:
        sys.exit(f"RLVR_DATA must name a folder that holds {' or '.join(FILES.values())}, got {str(folder)!r}")
    figures: dict[str, Any] = {"backend": args.backend, "time_s": TIME_S, "memory_mib": MEMORY_MIB}
    with make_sandbox(args.backend, workers=args.workers) as sandbox:
        for name, path in files.items():
            items = list(choose({name: path}, count=args.mutants, seed=args.seed, references=True))
            starts = track(range(0, len(items), _BATCH), description=name, console=Console(stderr=True), transient=True)
            compared = [one for i in starts for one in compare(items[i : i + _BATCH], sandbox, workers=args.workers)]
            figures[name] = score(compared, sandbox)
            show(name, figures[name], console)
    path = write_result("truth", figures, seeds=[args.seed])
    console.print(f"written to benchmarks/results/{path.name}")
    if any(row["explanation"] == "unexplained" for name in files for row in figures[name]["differences"]):
        sys.exit(1)


def score(compared: Sequence[Compared], sandbox: Sandbox) -> dict[str, Any]:
    """Returns counts and every difference with its explanation."""
    mutants = [one for one in compared if one.item.mutant is not None]
    references = [one for one in compared if one.item.mutant is None]
    return {
        "references": len(references),
        "references_solved": sum(one.verdict == "solved" for one in references),
        "mutants": len(mutants),
        "mutants_solved": sum(one.verdict == "solved" for one in mutants),
        "mutants_by_operator": dict(sorted(Counter(one.item.mutant.operator for one in mutants if one.item.mutant).items())),
        "agree": sum(one.agree for one in compared),
        "differences": [
            {
                "name": one.name,
                "here": f"{one.verdict} ({one.reason})",
                "plain": one.plain.said,
                "explanation": explain(one, sandbox),
            }
            for one in compared
            if not one.agree
        ],
    }


def show(name: str, figures: dict[str, Any], console: Console) -> None:
    """Prints the counts of one data set, and its differences by name."""
    console.print(
        f"{name}: {figures['references_solved']} of {figures['references']} references get 1.0; "
        f"{figures['agree']} of {figures['references'] + figures['mutants']} verdicts are those of plain exec "
        f"({figures['mutants']} mutants, {figures['mutants_solved']} of them pass)"
    )
    for row in figures["differences"]:
        console.print(f"  {row['explanation']}: {row['name']}: here {row['here']}, plain {row['plain']}", soft_wrap=True)


if __name__ == "__main__":
    main()
