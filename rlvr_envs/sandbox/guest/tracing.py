"""Which lines of the program one call executes, as the interpreter tells: a claim, as a program can switch it off or forge it.

From Python 3.12 on through ``sys.monitoring``, which tells of each line once and then costs nothing; before through
``sys.settrace``, which is called for each line executed.
"""

from __future__ import annotations

import sys
import threading
from types import CodeType, FrameType, TracebackType
from typing import Any

from .faults import SOURCE_FILE
from .values import ValueTracer

MAX_LINES = 2_000

_MONITORING: Any = getattr(sys, "monitoring", None)


def make_tracer(payload: dict[str, Any]) -> Tracer | None:
    """Returns what traces a program as its payload asks: its values, its lines, or nothing."""
    if payload["trace_values"]:
        return ValueTracer()
    return LineTracer() if payload["trace_lines"] else None


class LineTracer:
    """A context in which executed lines are collected, in all threads that begin there."""

    def __init__(self) -> None:
        """Collects nothing yet."""
        self._lines: set[int] = set()
        self._tool = -1 if _MONITORING is None else _MONITORING.COVERAGE_ID
        if _MONITORING is not None:
            _MONITORING.use_tool_id(self._tool, "rlvr")
            _MONITORING.register_callback(self._tool, _MONITORING.events.LINE, self._line)

    def __enter__(self) -> None:
        """Begins to collect."""
        if _MONITORING is not None:
            _MONITORING.restart_events()
            _MONITORING.set_events(self._tool, _MONITORING.events.LINE)
            return
        threading.settrace(self._called)
        sys.settrace(self._called)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Ends it."""
        if _MONITORING is not None:
            _MONITORING.set_events(self._tool, 0)
            return
        sys.settrace(None)
        threading.settrace(None)

    def take(self) -> list[int]:
        """Returns the lines executed since the last time, in order, the first :data:`MAX_LINES` of them."""
        lines = sorted(self._lines)[:MAX_LINES]
        self._lines.clear()
        return lines

    def _line(self, code: CodeType, line: int) -> Any:
        if code.co_filename == SOURCE_FILE and line:
            self._lines.add(line)
        return _MONITORING.DISABLE

    def _called(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._traced if frame.f_code.co_filename == SOURCE_FILE else None

    def _traced(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line" and frame.f_lineno:
            self._lines.add(frame.f_lineno)
        return self._traced


Tracer = LineTracer | ValueTracer
