"""Templates: what feedback says to the model, from the most to the least, and how it is cut to a budget.

A template reads :class:`~rlvr_envs.info.Feedback` alone, which holds nothing of what hidden tests expect.  It returns lines that
may be cut, and lines that close the text and are kept as long as there is room.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from rlvr_envs.info import CaseResult, ExceptionInfo, Feedback, Verdict
from rlvr_envs.rendering import REASONS, case_lines, closing_lines, exception_lines, frame_lines
from rlvr_envs.sandbox.text import clean, defuse

Lines = list[str]
Template = Callable[[Feedback], tuple[Lines, Lines]]

_SAY: Final[Mapping[str, str]] = {
    **REASONS,
    Verdict.WRONG.value: "The program gives a wrong result.",
    Verdict.ERROR.value: "The program raised an exception.",
}


def _full(feedback: Feedback) -> tuple[Lines, Lines]:
    """Everything: each visible case with its values, exceptions with frames and locals, what was printed."""
    told: set[tuple[object, ...]] = set()
    cases = [line for case in feedback.cases for line in case_lines(case, told)]
    return [*_head(feedback, REASONS), *_outside(feedback), *cases], closing_lines(feedback)


def _first_failing_case(feedback: Feedback) -> tuple[Lines, Lines]:
    """One thing at a time: the first visible case that fails, whole, or the exception before any case."""
    failing = next((case for case in feedback.cases if not case.passed), None)
    body = [*_head(feedback, REASONS), *_outside(feedback)]
    if feedback.exception is None and failing is not None:
        body += case_lines(failing, set())
    return body or _head(feedback, _SAY), _counts(feedback)


def _errors_only(feedback: Feedback) -> tuple[Lines, Lines]:
    """Exceptions with their frames, each once, and where the program was when its time was up; nothing of a wrong result."""
    body = [*_head(feedback, _SAY), *_outside(feedback)]
    told = set()
    for case in feedback.cases:
        error = case.exception
        if error is not None:
            key = (error.type, error.message, error.frames)
            body += [] if key in told else exception_lines(error, "A visible test raised")
            told.add(key)
        elif case.stopped_at and not case.passed:
            body += ["The program was stopped at", *frame_lines(case.stopped_at[-1:])]
    return body, _counts(feedback)


def _location(feedback: Feedback) -> tuple[Lines, Lines]:
    """Where, and nothing else: line numbers and kinds of failure; no values, messages, source or names that the program chose."""
    body = _head(feedback, _SAY)
    if feedback.exception is not None:
        body.append(f"The program failed{_place(feedback.exception)}.")
    body += [f"Visible test {number}: {what}." for number, what in _failures(feedback.cases)]
    return body, _counts(feedback)


def _terse(feedback: Feedback) -> tuple[Lines, Lines]:
    """One sentence for the verdict, and counts."""
    return _head(feedback, _SAY), _counts(feedback)


#: Name -> template.
TEMPLATES: Final[Mapping[str, Template]] = {
    "full": _full,
    "first-failing-case": _first_failing_case,
    "errors-only": _errors_only,
    "location": _location,
    "terse": _terse,
}


def render(template: Template, feedback: Feedback, limit: int) -> str:
    """Returns feedback as a template says it, in at most ``limit`` characters.

    What is too long is cut in its middle, which is said there.  Control characters, and control tokens of chat templates, are
    defused wherever they come from, after the cut, so that it cannot put one together.
    """
    body, closing = template(feedback)
    end = "\n".join(closing)
    room = limit - len(end) - (1 if end else 0)
    text = "\n".join(body)
    if len(text) > room:
        text = _cut(text, max(room, 0))
    whole = "\n".join(part for part in (text, end) if part)
    return defuse(clean(whole, limit))


def _cut(text: str, room: int) -> str:
    """Returns the two ends of a text and a line between them, together at most ``room`` characters."""
    note = f"\n... {len(text)} characters, cut here ...\n"
    kept = room - len(note)
    if kept <= 0:
        return text[:room]
    return text[: kept - kept // 2] + note + text[len(text) - kept // 2 :]


def _head(feedback: Feedback, say: Mapping[str, str]) -> Lines:
    return [say[feedback.verdict]] if feedback.verdict in say else []


def _outside(feedback: Feedback) -> Lines:
    return [] if feedback.exception is None else exception_lines(feedback.exception, "The program failed")


def _counts(feedback: Feedback) -> Lines:
    lines = closing_lines(feedback)
    if feedback.visible_total:
        lines.insert(0, f"Visible tests passed: {feedback.visible_passed} of {feedback.visible_total}.")
    return lines


def _failures(cases: tuple[CaseResult, ...]) -> Iterator[tuple[int, str]]:
    for number, case in enumerate(cases, start=1):
        if case.passed or case.verdict == Verdict.NOT_RUN:
            continue
        if case.exception is not None:
            yield number, f"failed{_place(case.exception)}"
        elif case.verdict == Verdict.WRONG:
            yield number, "wrong result"
        else:
            where = f" at line {case.stopped_at[-1].line}" if case.stopped_at else ""
            yield number, case.verdict.replace("_", " ") + where


def _place(error: ExceptionInfo) -> str:
    """Returns the deepest line and the exception's type where it is one of Python's own, which no program can name freely."""
    where = f" at line {error.frames[-1].line}" if error.frames else ""
    kind = getattr(builtins, error.type, None)
    known = isinstance(kind, type) and issubclass(kind, BaseException)
    return where + (f" with {error.type}" if known else "")
