"""Showing credit: an action with its spans coloured, and the source, basis, value and reason of each.

Actions and reasons are hostile text: control characters are taken out, nothing in them is read as markup of the terminal, and in
HTML all of it is escaped.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rlvr_envs.credit import compose_characters
from rlvr_envs.info import ExceptionInfo, Feedback, Frame, Info, Span
from rlvr_envs.sandbox.text import clean

if TYPE_CHECKING:
    from rich.console import Console

_MAX_REASON: Final = 200
_STYLES: Final = {"blame": "white on red", "praise": "black on green", "both": "black on yellow"}
_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em }}
body {{ color: #1b1b1b; background: #fff }}
pre {{ font: 13px/1.5 ui-monospace, monospace; background: #f6f6f6; padding: 1em; overflow-x: auto; white-space: pre-wrap }}
mark {{ color: inherit; border-radius: 2px }}
mark.verified {{ text-decoration: underline }}
mark sup {{ font-size: 9px }}
table {{ border-collapse: collapse }}
td, th {{ padding: .2em .8em .2em 0; text-align: left; vertical-align: top }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>Red is blame, green praise, yellow both; underlined is verified. Numbers lead to the rows below.</p>
{turns}
</body>
</html>
"""
_COLOURS: Final = {"blame": "220, 50, 47", "praise": "60, 150, 60", "both": "200, 150, 0"}


@dataclass(frozen=True)
class Segment:
    """A part of an action that the same spans cover.

    ``side`` is ``"blame"``, ``"praise"``, ``"both"`` or ``""`` where no span is; ``strength`` is in [0, 1], against the strongest
    segment of the action; ``numbers`` are those of the spans, from 1.
    """

    text: str
    side: str
    strength: float
    verified: bool
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class ShownTurn:
    """One action, as it was played, and its info."""

    action: str
    info: Info


def segments(action: str, spans: Sequence[Span]) -> list[Segment]:
    """Returns the action in parts, which together are the action with its control characters replaced."""
    length = len(action)
    credit = compose_characters(spans, length)
    praise_u = credit.praise_u + np.maximum(credit.verified_u, 0.0)
    strength_u = credit.blame_u + praise_u
    top = float(strength_u.max()) if length else 0.0
    edges = sorted({0, length, *(min(edge, length) for span in spans for edge in (span.start, span.end))})
    shown = clean(action, length)
    found = []
    for start, end in itertools.pairwise(edges):
        covering = [(number, span) for number, span in enumerate(spans, 1) if span.start <= start < span.end]
        blamed, praised = (any(sign * span.value > 0.0 for _, span in covering) for sign in (-1, 1))
        side = "both" if blamed and praised else "blame" if blamed else "praise" if praised else ""
        strength = float(strength_u[start]) / top if top and side else 0.0
        verified = any(span.basis == "verified" for _, span in covering)
        found.append(Segment(shown[start:end], side, strength, verified, tuple(number for number, _ in covering)))
    return found


def reason_of(span: Span, feedback: Feedback) -> str:
    """Returns why a place has credit, as far as feedback tells: the exception or stop there, else the verdict."""
    for told, frames in _places(feedback):
        if any(frame.span[0] < span.end and span.start < frame.span[1] for frame in frames):
            return clean(told, _MAX_REASON)
    return clean(f"verdict {feedback.verdict}", _MAX_REASON)


def print_credit(console: Console, turn: ShownTurn) -> None:
    """Prints an action with its spans coloured, and a line for each span."""
    from rich.text import Text

    spans = turn.info["credit"]
    text = Text()
    for part in segments(turn.action, spans):
        style = _STYLES.get(part.side, "")
        text.append(part.text, style=f"{style} underline" if style and part.verified else style)
        if part.numbers:
            text.append("".join(f"[{number}]" for number in part.numbers), style="dim")
    console.print(text)
    for number, span in enumerate(spans, 1):
        console.print(Text(f"[{number}] {_facts(span)}: {reason_of(span, turn.info['feedback'])}"))
    if not spans:
        console.print(Text("no credit: every character is unassigned"))


def credit_page(title: str, turns: Sequence[ShownTurn]) -> str:
    """Returns the turns of an episode as one HTML page that loads nothing."""
    body = "\n".join(_turn(number, turn) for number, turn in enumerate(turns, 1))
    return _PAGE.format(title=_escaped(title), turns=body)


def _turn(number: int, turn: ShownTurn) -> str:
    spans, info = turn.info["credit"], turn.info
    terms = ", ".join(f"{name} {value:g}" for name, value in info["reward_terms"].items())
    head = _escaped(f"Turn {number}: reward {info['reward_terms'].total:g} ({terms}), verdict {info['verdict']}")
    action = "".join(_marked(part) for part in segments(turn.action, spans))
    rows = "\n".join(
        f"<tr><td>{i}</td><td>{span.start}-{span.end}</td><td>{span.value:+.2f}</td><td>{_escaped(span.source)}</td>"
        f"<td>{span.basis}</td><td>{_escaped(reason_of(span, info['feedback']))}</td></tr>"
        for i, span in enumerate(spans, 1)
    )
    columns = "".join(f"<th>{name}</th>" for name in ("", "characters", "value", "source", "basis", "reason"))
    table = f"<table>\n<tr>{columns}</tr>\n{rows}\n</table>" if spans else "<p>No credit: every character is unassigned.</p>"
    return f"<h2>{head}</h2>\n<pre>{action}</pre>\n{table}"


def _marked(part: Segment) -> str:
    text = _escaped(part.text)
    if not part.side:
        return text
    colour = f"background: rgba({_COLOURS[part.side]}, {0.15 + 0.5 * part.strength:.2f})"
    numbers = ",".join(map(str, part.numbers))
    kind = "verified" if part.verified else "claimed"
    return f'<mark class="{kind}" style="{colour}">{text}<sup>{numbers}</sup></mark>'


def _facts(span: Span) -> str:
    return f"{span.start}-{span.end} {span.value:+.2f} {clean(span.source, _MAX_REASON)}, {span.basis}"


def _places(feedback: Feedback) -> Iterator[tuple[str, tuple[Frame, ...]]]:
    """Yields what feedback says of places in the action, with their frames."""
    errors: list[ExceptionInfo | None] = [feedback.exception, *(case.exception for case in feedback.cases)]
    for error in errors:
        if error is not None:
            yield f"{error.type}: {error.message}" if error.message else error.type, error.frames
    for case in feedback.cases:
        if case.stopped_at:
            yield "here when its time was up", case.stopped_at


def _escaped(text: str) -> str:
    return html.escape(clean(text, len(text)))
