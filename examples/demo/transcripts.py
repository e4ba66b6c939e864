"""What the model wrote before and after training, for a person to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from examples.demo.comparison import Comparison
from rlvr_train.episodes import Episode

_COLOURS = {"solved": "green", "wrong": "yellow"}


def first_change(comparison: Comparison) -> tuple[Episode, Episode]:
    """Returns the first pair of answers of which training changed the outcome, else the first pair.

    A pair is the same sample of the same task, before and after.
    """
    pairs = list(zip(comparison.before.episodes, comparison.after.episodes, strict=True))
    played = [pair for pair in pairs if all(episode.turns for episode in pair)]
    changed = [pair for pair in played if pair[0].last["is_success"] != pair[1].last["is_success"]]
    return (changed or played)[0]


def transcript_panels(comparisons: Sequence[Comparison]) -> Iterator[Panel]:
    """Yields one panel a set: the task, and both answers beside each other."""
    for comparison in comparisons:
        before, after = first_change(comparison)
        prompt = Text(before.messages[0]["content"])
        answers = Table.grid(expand=True)
        answers.add_column(ratio=1)
        answers.add_column(ratio=1)
        answers.add_row(_answer("before", before), _answer("after", after))
        yield Panel(Group(prompt, answers), title=comparison.title, title_align="left")


def transcript_lines(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Yields the same transcripts as plain text."""
    for comparison in comparisons:
        before, after = first_change(comparison)
        yield f"=== {comparison.title}: {before.task_id}\n{before.messages[0]['content']}\n"
        for name, episode in (("before", before), ("after", after)):
            yield f"--- {name}: {episode.last['verdict']}, score {episode.last['score']:.2f}\n{episode.turns[0].action}\n"


def _answer(name: str, episode: Episode) -> Panel:
    verdict = str(episode.last["verdict"])
    title = f"{name}: {verdict}, score {episode.last['score']:.2f}"
    return Panel(Text(episode.turns[0].action), title=title, border_style=_COLOURS.get(verdict, "red"))
