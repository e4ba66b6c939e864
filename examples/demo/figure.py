"""The picture of a run: reward and its terms, groups that teach nothing, pass@k before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from examples.demo.comparison import Comparison

Metrics = Sequence[Mapping[str, Any]]

# Okabe and Ito's palette, which holds for colour-blind readers.
_BLUE, _ORANGE, _GREEN, _GREY, _RED = "#0072B2", "#E69F00", "#009E73", "#8C8C8C", "#D55E00"
_LINES: Final = (
    ("reward", "reward", _BLUE, "-"),
    ("reward_terms/solved", "term: solved", _GREEN, "--"),
    ("reward_terms/pass_fraction", "term: share of tests, unsolved", _ORANGE, "--"),
    ("env/audit_score", "audit tests (never trained on)", _GREY, ":"),
)
_VERDICTS: Final = ("solved", "wrong", "error", "malformed")
_VERDICT_COLOURS: Final = (_GREEN, _ORANGE, _RED, _GREY)


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Returns the training steps of a ``metrics.jsonl``; the closing summary of the run, which has no reward, is left out."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if "reward" in row]


def draw(metrics: Metrics, comparisons: Sequence[Comparison], path: Path, *, ks: tuple[int, int] = (1, 8)) -> None:
    """Writes the picture as a PNG."""
    figure = Figure(figsize=(12, 7.5), layout="constrained", dpi=110)
    axes = figure.subplots(2, 2)
    _reward(axes[0, 0], metrics)
    _groups(axes[0, 1], metrics)
    for axis, k in zip(axes[1], ks, strict=True):
        _bars(axis, comparisons, k)
    figure.savefig(path)


def _reward(axis: Axes, metrics: Metrics) -> None:
    steps = [row["step"] for row in metrics]
    for key, label, colour, style in _LINES:
        if any(row.get(key) is not None for row in metrics):
            values = [_number(row.get(key)) for row in metrics]
            axis.plot(steps, values, style, color=colour, label=label, linewidth=2.2 if key == "reward" else 1.5)
    _finish(axis, "Reward and its terms, mean of a step", "step")
    axis.legend(frameon=False, fontsize=9)


def _groups(axis: Axes, metrics: Metrics) -> None:
    """Verdicts as areas, and the share of groups whose answers all got the same reward, which teach nothing, as a line."""
    steps = [row["step"] for row in metrics]
    shares = [[row.get(f"verdict/{verdict}") or 0.0 for row in metrics] for verdict in _VERDICTS]
    others = [max(0.0, 1.0 - sum(at_step)) for at_step in zip(*shares, strict=True)]
    axis.stackplot(
        steps, *shares, others, labels=[*_VERDICTS, "other"], colors=[*_VERDICT_COLOURS, "#DDDDDD"], alpha=0.35, linewidth=0
    )
    zero_variance = [_number(row.get("frac_reward_zero_std")) for row in metrics]
    axis.plot(steps, zero_variance, "-", color="black", linewidth=2, label="groups without variance")
    _finish(axis, "Verdicts of a step, and groups without variance", "step")
    axis.legend(frameon=False, fontsize=9, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.12))


def _bars(axis: Axes, comparisons: Sequence[Comparison], k: int) -> None:
    width = 0.36
    for offset, which, colour in ((-width / 2, "before", _GREY), (width / 2, "after", _BLUE)):
        intervals = [getattr(comparison, which).pass_at(k) for comparison in comparisons]
        places = [i + offset for i in range(len(intervals))]
        means = [interval.mean for interval in intervals]
        below = [interval.mean - interval.low for interval in intervals]
        above = [interval.high - interval.mean for interval in intervals]
        axis.bar(places, means, width, color=colour, label=which)
        axis.errorbar(places, means, yerr=[below, above], fmt="none", ecolor="black", capsize=4, linewidth=1.2)
        for place, interval in zip(places, intervals, strict=True):
            label = f"{interval.mean:.2f}"
            axis.annotate(label, (place, interval.high), (0, 4), textcoords="offset points", ha="center", fontsize=9)
    _finish(axis, f"pass@{k} on held-out tasks, 95 % intervals", "")
    axis.set_xticks(range(len(comparisons)), [comparison.title.replace(", ", ",\n") for comparison in comparisons])
    axis.set_ylim(0, 1.3)
    axis.set_yticks([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axis.legend(frameon=False, fontsize=9, ncols=2, loc="upper right")


def _finish(axis: Axes, title: str, xlabel: str) -> None:
    axis.set_title(title, loc="left", fontsize=11, fontweight="bold")
    axis.set_xlabel(xlabel)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.set_ylim(0, 1.02)
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis="y", color="#E6E6E6")
    axis.set_axisbelow(True)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
