"""Before and after training on one set of tasks, and the table of all sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table

from rlvr_train import Evaluation, paired_difference
from rlvr_train.estimators import Interval


@dataclass(frozen=True)
class Comparison:
    """The same tasks, answered by the model before and after training."""

    name: str
    title: str
    before: Evaluation
    after: Evaluation

    def change(self, k: int) -> Interval:
        """Returns the paired difference in pass@k, with a 95 % interval over tasks."""
        return paired_difference(self.before, self.after, k)

    def to_dict(self) -> dict[str, Any]:
        """Returns all figures as JSON data."""
        return {
            "title": self.title,
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "change": {str(k): asdict(self.change(k)) for k in self.before.ks},
        }


def comparison_table(comparisons: Sequence[Comparison], *, ks: Sequence[int] = (1, 8)) -> Table:
    """Returns the figures of all sets as a table, with 95 % intervals."""
    samples = max(task.samples for comparison in comparisons for task in comparison.before.tasks)
    count = len(comparisons[0].before.tasks)
    table = Table(title=f"Held-out tasks: {count} a set, {samples} answers each, 95 % intervals over tasks")
    table.add_column("tasks", no_wrap=True)
    table.add_column("", no_wrap=True)
    for name in ("before", "after", "paired change"):
        table.add_column(name, justify="right", no_wrap=True)
    for comparison in comparisons:
        for k in ks:
            change = comparison.change(k)
            style = "bold" if change.low > 0 else ""
            table.add_row(
                comparison.title if k == ks[0] else "",
                f"pass@{k}",
                shown(comparison.before.pass_at(k)),
                shown(comparison.after.pass_at(k)),
                shown(change, signed=True),
                style=style,
                end_section=k == ks[-1],
            )
    return table


def shown(interval: Interval, *, signed: bool = False) -> str:
    """Returns an interval as text, ``0.14 [.08, .21]``."""
    form = "+.2f" if signed else ".2f"
    low, high = (f"{bound:{form}}".replace("0.", ".", 1) for bound in (interval.low, interval.high))
    return f"{interval.mean:{form}} [{low}, {high}]"
