"""``python -m benchmarks.vector``: environment steps per second of each vector environment, as ratios in one run."""

from __future__ import annotations

import argparse
from statistics import median

from benchmarks.results import write_result
from benchmarks.vector.measure import make_all, rounds_per_second

GOAL = 3.0


def main() -> None:
    """Measures, prints a line per vector environment and writes the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vector", description=__doc__)
    parser.add_argument("--envs", type=int, default=64, help="environments in each (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=9, help="rounds, in turn (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=20, help="steps a round (default: %(default)s)")
    options = parser.parse_args()
    envs = make_all(options.envs)
    rates = rounds_per_second(envs, rounds=options.rounds, steps=options.steps)
    for env in envs.values():
        env.close()
    ours = rates["TextVectorEnv"]
    figures = {"num_envs": options.envs, "rounds": options.rounds, "goal_ratio_to_sync": GOAL}
    for name, values in rates.items():
        ratio = median(mine / theirs for mine, theirs in zip(ours, values, strict=True))
        figures[name] = {"env_steps_per_s_p50": round(median(values)), "text_vector_env_is_faster_by": round(ratio, 2)}
        print(f"{name:15} {median(values):10,.0f} env-steps/s   TextVectorEnv / this: {ratio:.2f}")
    print(f"written to benchmarks/results/{write_result('vector', figures).name} (goal against SyncVectorEnv: {GOAL})")


if __name__ == "__main__":
    main()
