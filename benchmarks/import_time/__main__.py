"""``python -m benchmarks.import_time``: the import time of ``rlvr_envs`` as a ratio to Gymnasium's; the goal is at most 1.3."""

from __future__ import annotations

import argparse
from statistics import median

from benchmarks.import_time.measure import paired_import_seconds
from benchmarks.results import write_result

GOAL = 1.3


def main() -> None:
    """Measures, prints a line and writes the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.import_time", description=__doc__)
    parser.add_argument("--pairs", type=int, default=21, help="pairs of fresh processes (default: %(default)s)")
    pairs = parser.parse_args().pairs
    times = paired_import_seconds("rlvr_envs", "gymnasium", pairs=pairs)
    figures = {
        "pairs": pairs,
        "rlvr_envs_p50_ms": round(1000 * median(ours for ours, _ in times), 1),
        "gymnasium_p50_ms": round(1000 * median(theirs for _, theirs in times), 1),
        "ratio_p50": round(median(ours / theirs for ours, theirs in times), 3),
        "goal_ratio": GOAL,
    }
    path = write_result("import_time", figures)
    print(
        f"import rlvr_envs {figures['rlvr_envs_p50_ms']} ms, import gymnasium {figures['gymnasium_p50_ms']} ms: "
        f"ratio {figures['ratio_p50']} (goal {GOAL}); written to benchmarks/results/{path.name}"
    )


if __name__ == "__main__":
    main()
