"""``python -m examples.demo``: trains a small model on two CPU cores and shows what it learned."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from examples.demo.run import run
from examples.demo.settings import DemoSettings


def main() -> None:
    """Reads the settings from the command line and runs the demo."""
    default = DemoSettings()
    parser = argparse.ArgumentParser(
        prog="python -m examples.demo", description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--model", default=default.model, help="a folder, a hub id, or package:NAME")
    parser.add_argument("--output", type=Path, default=default.output, help="folder for everything that the run writes")
    parser.add_argument("--seed", type=int, default=default.seed, help="seed of training")
    parser.add_argument("--steps", type=int, default=default.steps, help="updates of the policy")
    parser.add_argument("--tasks", type=int, default=default.tasks, help="tasks in each evaluated set")
    parser.add_argument("--samples", type=int, default=default.samples, help="answers to each of them")
    settings = DemoSettings(**vars(parser.parse_args()))
    # Answers stand side by side and the table does not wrap, also where a log file says nothing of its width.
    run(settings, console=Console(width=max(Console().width, 110)))


if __name__ == "__main__":
    main()
