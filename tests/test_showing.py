"""Showing credit: parts of an action by hand, reasons, and text that would be markup."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.info import CaseResult, ExceptionInfo, Feedback, Frame, Info, Span, add_credit
from rlvr_envs.sandbox.text import clean
from rlvr_envs.showing import Segment, ShownTurn, credit_page, print_credit, reason_of, segments

HOSTILE = '</pre><script>alert(1)</script><b onload="x">&amp;\x1b[31m[bold red]\u202e'
FRAME = Frame(2, "f", span=(4, 9))


def turn(action: str, *spans: Span, feedback: Feedback | None = None) -> ShownTurn:
    env = EchoEnv()
    env.reset(seed=0, options={"task_id": "abcd"})
    info: Info = add_credit(env.step(action)[4], spans)
    return ShownTurn(action, info if feedback is None else {**info, "feedback": feedback})


def test_an_action_is_cut_where_spans_begin_and_end() -> None:
    spans = [
        Span(2, 6, -1.0, "traceback", "claimed"),
        Span(4, 8, 0.5, "spectrum", "claimed"),
        Span(9, 10, -0.5, "syntax", "verified"),
    ]
    assert segments("0123456789", spans) == [
        Segment("01", "", 0.0, False, ()),
        Segment("23", "blame", 1 / 1.5, False, (1,)),
        Segment("45", "both", 1.0, False, (1, 2)),
        Segment("67", "praise", 0.5 / 1.5, False, (2,)),
        Segment("8", "", 0.0, False, ()),
        Segment("9", "blame", 0.5 / 1.5, True, (3,)),
    ]
    assert segments("", []) == []
    assert segments("ab", []) == [Segment("ab", "", 0.0, False, ())]


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 38), st.integers(1, 5), st.floats(-1, 1)), max_size=6))
def test_parts_together_are_the_action(action: str, places: list[tuple[int, int, float]]) -> None:
    spans = [Span(start, start + size, value, "s", "claimed") for start, size, value in places]
    found = segments(action, spans)
    assert "".join(part.text for part in found) == clean(action, len(action))
    assert all(0.0 <= part.strength <= 1.0 + 1e-12 for part in found)


def test_a_reason_is_what_feedback_tells_of_the_place() -> None:
    cases = (
        CaseResult("a", "error", exception=ExceptionInfo("KeyError", "'x'", (FRAME,))),
        CaseResult("b", "timeout", stopped_at=(Frame(3, "g", span=(20, 25)),)),
    )
    feedback = Feedback("error", cases=cases)
    reasons = [reason_of(Span(start, start + 2, -1.0, "s", "claimed"), feedback) for start in (8, 9, 24)]
    assert reasons == ["KeyError: 'x'", "verdict error", "here when its time was up"]


class Tags(HTMLParser):
    """Gathers what a browser would take for elements, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_a_page_is_whole_and_nothing_hostile_is_markup_in_it() -> None:
    error = ExceptionInfo(HOSTILE, HOSTILE, (FRAME,))
    spans = (Span(4, 9, -1.0, HOSTILE, "claimed"), Span(0, 2, 0.5, "syntax", "verified"))
    page = credit_page(HOSTILE, [turn(HOSTILE, *spans, feedback=Feedback(HOSTILE, exception=error)), turn("plain")])
    read = Tags()
    read.feed(page)
    assert read.tags <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "p",
        "pre",
        "mark",
        "sup",
        "table",
        "tr",
        "th",
        "td",
    }
    assert read.attributes == {"lang", "charset", "http-equiv", "content", "class", "style"}
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert re.search(r"(https?:|src=|href=|url\()", page) is None
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert page.count("<h2>") == 2
    assert "No credit: every character is unassigned." in page


def test_a_terminal_reads_no_control_and_no_markup_of_an_action() -> None:
    rich = pytest.importorskip("rich.console", reason="needs the extra `cli`")
    out = io.StringIO()
    console = rich.Console(file=out, force_terminal=True, width=200, color_system="standard", highlight=False)
    print_credit(console, turn(HOSTILE, Span(0, 6, -1.0, HOSTILE, "verified")))
    shown = out.getvalue()
    plain = re.sub("\x1b\\[[0-9;]*m", "", shown)
    assert "\x1b[4;37;41m</pre>\x1b[0m" in shown  # underlined, white on red
    assert "[bold red]" in plain
    assert "\ufffd[31m" in plain
    assert "\u202e" not in plain
