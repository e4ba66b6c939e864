"""Tests and feedback as text: for the model (prompt and next observation) and for a person (``render_mode="ansi"``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from rlvr_envs.info import CaseResult, ExceptionInfo, Feedback, Frame, Verdict
from rlvr_envs.sandbox.text import defuse
from rlvr_envs.tasks.base import AssertTest, StdioTest, Task, Test
from rlvr_envs.verifiers.show import show

#: Longest feedback that a model is told: more would crowd out its next answer.
MAX_TEXT: Final = 4000
_MAX_FRAMES: Final = 6
#: Longest value in a prompt: long enough for any test that a model can read.
_WHOLE: Final = 100_000
#: How a difference begins that names a place; others say in words what is wrong.
_PLACE: Final = re.compile(r"\$|(line|token) \d+")
_MARKS: Final = {Verdict.SOLVED.value: "✓", Verdict.NOT_RUN.value: "·"}
#: What a verdict means, where it means something for the whole answer.
REASONS: Final = {
    Verdict.MALFORMED.value: "No Python code was found in the answer. Put the program into a ```python block.",
    Verdict.TIMEOUT.value: "The program ran out of time.",
    Verdict.MEMORY.value: "The program ran out of memory.",
    Verdict.OUTPUT_LIMIT.value: "The program printed too much.",
    Verdict.CRASH.value: "The program crashed.",
    Verdict.FORBIDDEN.value: "The program did something that is not allowed (such as ending its own process).",
    Verdict.INFRA_ERROR.value: "The answer could not be judged; this is not its fault.",
}


def visible_tests(task: Task) -> str:
    """Returns the visible tests of a task as the end of its prompt, ``""`` without any."""
    if not task.tests.visible:
        return ""
    head = "It must pass these tests:"
    if task.checker:
        head = "It must satisfy a checker, which may accept several answers, on these tests:"
    return "\n".join([head, *(case_text(test, task.entry_point, checked=bool(task.checker)) for test in task.tests.visible)])


def case_text(test: Test, entry_point: str | None, *, checked: bool = False) -> str:
    """Returns a visible test as the prompt shows it, whole.

    Args:
        test: The test.
        entry_point: The function that it calls.
        checked: Whether a checker decides: then the value of the test is a reference (None or no text where there is none) and
            not the one that is expected.
    """
    if isinstance(test, AssertTest):
        return test.source
    if isinstance(test, StdioTest):
        output = test.stdout.rstrip()
        named = f"\n{'Reference output' if checked else 'Output'}:\n{output}" if output or not checked else ""
        return f"Input:\n{test.stdin.rstrip()}{named}"
    arguments = [_shown(value) for value in test.args] + [f"{name}={_shown(value)}" for name, value in test.kwargs.items()]
    call = f"{entry_point}({', '.join(arguments)})"
    if checked:
        return call if test.expected is None else f"{call}  # reference: {_shown(test.expected)}"
    return f"assert {call} == {_shown(test.expected)}"


def feedback_text(feedback: Feedback) -> str:
    """Returns what the model is told of its answer: verdict, visible cases and counts; never a hidden value.

    An exception that several cases share is told once.  The text has at most :data:`MAX_TEXT` characters; what is cut is in its
    middle.  Control tokens of chat templates in it are defused, wherever they come from.
    """
    lines = [REASONS[feedback.verdict]] if feedback.verdict in REASONS else []
    if feedback.exception is not None:
        lines += exception_lines(feedback.exception, "The program failed")
    told: set[tuple[object, ...]] = set()
    for case in feedback.cases:
        lines += case_lines(case, told)
    return defuse("\n".join([*_within(lines, MAX_TEXT), *closing_lines(feedback)]))


def closing_lines(feedback: Feedback) -> list[str]:
    """Returns how feedback ends: the count of hidden tests, and that the task is solved."""
    lines = []
    if feedback.hidden_total:
        lines.append(f"Hidden tests passed: {feedback.hidden_passed} of {feedback.hidden_total}.")
    if feedback.verdict == Verdict.SOLVED:
        lines.append("The task is solved.")
    return lines


def report_text(feedback: Feedback) -> str:
    """Returns the same for a person, with marks, resources and where it was judged."""
    head = f"verdict {feedback.verdict or 'none yet'}"
    if feedback.reason and feedback.reason != feedback.verdict:
        head += f" ({feedback.reason})"
    counts = [f"{name} {passed}/{total}" for name, passed, total in _counts(feedback) if total]
    used, where = feedback.resources, feedback.sandbox
    lines = ["   ".join([head, *counts]), *feedback_text(feedback).splitlines()]
    if where.backend:
        lines.append(
            f"{used.wall_s * 1000:.1f} ms wall, {used.cpu_s * 1000:.1f} ms CPU, {used.max_rss_mib:.0f} MiB; "
            f"sandbox {where.backend} ({where.level}), Python {where.python}"
        )
    return "\n".join(lines)


def _shown(value: Any) -> str:
    return show(value, _WHOLE)


def _counts(feedback: Feedback) -> Iterator[tuple[str, int, int]]:
    yield "visible", feedback.visible_passed, feedback.visible_total
    yield "hidden", feedback.hidden_passed, feedback.hidden_total


def _within(lines: list[str], limit: int) -> list[str]:
    text = "\n".join(lines)
    if len(text) <= limit:
        return lines
    return [text[: limit // 2], f"... {len(text) - limit} characters left out ...", text[len(text) - limit // 2 :]]


def case_lines(case: CaseResult, told: set[tuple[object, ...]]) -> list[str]:
    """Returns what is told of a visible case; an exception that ``told`` holds is named alone, another is added to it."""
    lines = [f"{_MARKS.get(case.verdict, '✗')} {case.call}"]
    if case.exception is not None:
        error = case.exception
        key = (error.type, error.message, *((frame.line, frame.column) for frame in error.frames))
        lines += _indent([f"raised: {error.type}, as above"] if key in told else exception_lines(error, "raised"))
        told.add(key)
    elif case.verdict == Verdict.WRONG:
        lines += _indent(_values(case))
    elif case.verdict != Verdict.SOLVED:
        lines += _indent([case.verdict.replace("_", " "), *frame_lines(case.stopped_at[-1:])])
    if case.stdout and not case.passed:
        lines += _indent(["printed:", *_indent(case.stdout.splitlines())])
    return lines


def _values(case: CaseResult) -> list[str]:
    """Returns what was given and expected, texts of several lines as blocks, and where they differ or why it is wrong."""
    left, right = case.left.rstrip(), case.right.rstrip()
    lines = []
    if "\n" in left or "\n" in right:
        lines += ["got:", *_indent(left.splitlines() or ["nothing"])]
        lines += ["expected:", *_indent(right.splitlines())] if right else []
    elif case.left or case.right:
        lines.append(f"got {left or 'nothing'}" + (f", expected {right}" if right else ""))
    if case.difference:
        lines.append(f"first difference: {case.difference}" if _PLACE.match(case.difference) else case.difference)
    return lines or ["wrong"]


def exception_lines(error: ExceptionInfo, what: str) -> list[str]:
    """Returns an exception with its frames, ``what`` before it; of a deep recursion the first and last frames."""
    lines = [f"{what}: {error.type}: {error.message}" if error.message else f"{what}: {error.type}"]
    frames = error.frames
    if len(frames) > _MAX_FRAMES:  # a recursion: how it begins and how it ends
        half = _MAX_FRAMES // 2
        first, last = frames[:half], frames[-half:]
        between = f"  ... {len(frames) - _MAX_FRAMES} frames left out ..."
        return [*lines, *frame_lines(first), between, *frame_lines(last)]
    return [*lines, *frame_lines(frames)]


def frame_lines(frames: tuple[Frame, ...]) -> list[str]:
    """Returns frames with line, source, columns and locals."""
    return [line for frame in frames for line in _frame(frame)]


def _frame(frame: Frame) -> list[str]:
    lines = [f"  line {frame.line}" + (f", in {frame.function}" if frame.function else "")]
    source = frame.source.rstrip()
    if source:
        margin = len(source) - len(source.lstrip())
        lines.append(f"    {source.lstrip()}")
        if 0 <= frame.column < frame.end_column and frame.end_line in (-1, frame.line):
            lines.append("    " + " " * max(0, frame.column - margin) + "^" * (frame.end_column - frame.column))
    if frame.locals:
        lines.append("    where " + ", ".join(f"{name} = {value}" for name, value in frame.locals))
    return lines


def _indent(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]
