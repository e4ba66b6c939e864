"""One line a training step, in place of TRL's table of every metric (which metrics.jsonl holds)."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

#: Metric and how it is called on a line.
_SHOWN = (
    ("reward", "reward"),
    ("env/success", "solved"),
    ("frac_reward_zero_std", "groups without variance"),
    ("credit/sample_share", "answers with credit"),
)


class StepLines(TrainerCallback):  # type: ignore[misc] # transformers is untyped at this border
    """Prints what a step came to."""

    def __init__(self, console: Console) -> None:
        """Takes the console to print to."""
        self._console = console

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Prints a line for a log entry of a step; the closing summary of the run has no reward and is left out."""
        if logs is None or "reward" not in logs:
            return
        figures = "   ".join(f"{title} {logs[name]:.2f}" for name, title in _SHOWN if name in logs)
        self._console.print(f"  step {state.global_step:>2}/{state.max_steps}   {figures}   {logs['step_time']:.0f} s")
