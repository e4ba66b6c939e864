"""The picture of the battery: a share of programs paid for each family and grader."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from benchmarks.battery.box import GRADERS


def draw(figures: Mapping[str, Any], picture: Path) -> None:
    """Writes the picture as a PNG: a row a family, a column a usual grader, and one a backend of ours."""
    families, ours = figures["families"], figures["ours"]
    rows = [name for name, found in families.items() if found["programs"]]
    columns = [*GRADERS.values(), *(f"rlvr\n{backend}" for backend in ours)]
    shares, texts = [], []
    for name in rows:
        paid = [(families[name][grader], families[name]["programs"]) for grader in GRADERS]
        paid += [(found["families"][name]["paid"], found["families"][name]["judged"]) for found in ours.values()]
        shares.append([100 * part / whole for part, whole in paid])
        texts.append([f"{part} of {whole}" for part, whole in paid])
    figure = Figure(figsize=(1.25 * len(columns) + 2.4, 0.62 * len(rows) + 1.7), layout="constrained", dpi=110)
    axis = figure.subplots()
    image = axis.imshow(shares, cmap="Oranges", vmin=0, vmax=100, aspect="auto")
    axis.set_xticks(range(len(columns)), [column.replace(" ", "\n", 1) for column in columns], fontsize=9)
    axis.set_yticks(range(len(rows)), [name.replace("_", " ") for name in rows], fontsize=10)
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    for side in axis.spines.values():
        side.set_visible(False)
    for y, line in enumerate(texts):
        for x, text in enumerate(line):
            axis.text(x, y, text, ha="center", va="center", fontsize=9, color="white" if shares[y][x] > 60 else "black")
    axis.axvline(len(GRADERS) - 0.5, color="black", linewidth=1.5)
    figure.colorbar(image, label="hostile programs paid, %", shrink=0.9)
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture)
