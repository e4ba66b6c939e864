"""Runs whole programs as ``__main__``: one text on stdin in a process of its own, or several texts one after the other in one.

The second saves a process for each text.  What an earlier run left behind in the process (a patched module, a file) can then
reach a later one; the trusted side knows which results these are and has doubtful ones confirmed in a process of their own.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import random
import sys
import threading
import time
import types
from typing import Any, NoReturn

from . import faults, tracing
from .program import Channel, compile_program, execute

#: Nameless files for what the program finds on stdin and for what it prints.
STDIN_FILE, STDOUT_FILE = 9, 10


def run_main(channel: Channel, payload: dict[str, Any]) -> NoReturn:
    """Runs the program once; what it prints goes to the stdout pipe."""
    codes = _load(channel, payload)
    tracer = tracing.LineTracer() if payload["trace_lines"] else None
    started = time.perf_counter()
    outcome, body = _run(codes, tracer)
    channel.send_result(0, outcome, body, printed="", started=started, lines=None if tracer is None else tracer.take())
    channel.end()


def run_mains(channel: Channel, payload: dict[str, Any]) -> NoReturn:
    """Runs the program once for each text; ``extra`` of a result is what was printed.

    It stops early after a run that left threads behind, which would print into the next one.
    """
    codes = _load(channel, payload)
    tracer = tracing.LineTracer() if payload["trace_lines"] else None
    for index, text in enumerate(payload["texts"]):
        if index:
            _let_go()
        put_on_stdin(text)
        os.dup2(STDOUT_FILE, 1)
        os.ftruncate(STDOUT_FILE, 0)
        os.lseek(STDOUT_FILE, 0, os.SEEK_SET)
        random.seed(0)  # as the first run found it
        started = time.perf_counter()
        outcome, body = _run(codes, tracer)
        lines = None if tracer is None else tracer.take()
        if os.fstat(STDOUT_FILE).st_size > payload["output_bytes"]:
            channel.send(["output"])
            os._exit(0)
        output = os.pread(STDOUT_FILE, payload["output_bytes"], 0).decode("utf-8", "replace")
        channel.send_result(index, outcome, body, printed="", started=started, extra=output, lines=lines)
        if threading.active_count() > 1:
            break
    channel.end()


def _let_go() -> None:
    """Drops the objects of the run before: a file of it that is closed later would close a descriptor of the next one."""
    sys.stdin, sys.stdout = sys.__stdin__, sys.__stdout__
    sys.modules["__main__"] = types.ModuleType("__main__")
    gc.collect()


def put_on_stdin(text: str) -> None:
    """Makes descriptor 0 a file that holds ``text``, at its beginning."""
    os.ftruncate(STDIN_FILE, 0)
    os.pwrite(STDIN_FILE, text.encode("utf-8", "replace"), 0)
    os.lseek(STDIN_FILE, 0, os.SEEK_SET)
    os.dup2(STDIN_FILE, 0)


def _load(channel: Channel, payload: dict[str, Any]) -> list[types.CodeType]:
    """Compiles the program and says so; ends the process when that fails."""
    try:
        codes = compile_program(payload)
    except BaseException as error:  # SyntaxError, ValueError (a NUL), RecursionError, MemoryError
        channel.send(["loaded", "", ["raised", faults.report(error, details=True)]])
        channel.end()
    channel.send(["loaded", "", None])
    return codes


def _run(codes: list[types.CodeType], tracer: tracing.LineTracer | None) -> tuple[str, Any]:
    """Executes the program with the descriptors 0 and 1 as its stdin and stdout; returns outcome and report."""
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), "utf-8", "surrogateescape")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), "utf-8", "backslashreplace")
    try:
        try:
            with tracer or contextlib.nullcontext():
                execute(codes, "__main__")
        finally:
            finish_main()
    except SystemExit as error:
        if error.code not in (None, 0, False):
            return "raised", faults.report(error, details=True)
    except BaseException as error:  # whatever the program raises is its result
        return "raised", faults.report(error, details=True)
    return "ok", None


def finish_main() -> None:
    """Does what the interpreter does when ``__main__`` ends: waits for threads, runs exit handlers, writes buffers out."""
    import atexit

    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    if not sys.stdout.closed:  # a program may close it
        sys.stdout.flush()
