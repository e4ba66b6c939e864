"""Runs whole programs as ``__main__``: one text on stdin in a process of its own, or several texts one after the other in one.

The second saves a process for each text.  Texts come in groups, each when all of the one before are answered: what is told of a
run can hold nothing of a later group.  After a run that visibly left something behind (threads, changed builtins, files,
another working folder) no further one is begun in the process.
"""

from __future__ import annotations

import builtins
import contextlib
import fcntl
import gc
import io
import os
import random
import sys
import threading
import time
import types
from collections.abc import Iterator
from typing import Any, NoReturn

from . import faults, tracing, wire
from .program import Channel, asked_in_groups, compile_program, execute

#: Descriptor of a nameless file for what the program finds on stdin.
STDIN_FILE = 9
#: Path to which ``/dev/stdin`` leads in this process; empty where the system sees to that.
stdin_path = ""
_SET_PIPE_SIZE = 1031  # fcntl's F_SETPIPE_SZ


def run_main(channel: Channel, payload: dict[str, Any]) -> NoReturn:
    """Runs the program once; what it prints goes to the stdout pipe."""
    codes = _load(channel, payload)
    tracer = tracing.make_tracer(payload)
    started = time.perf_counter()
    outcome, body = _run(codes, tracer)
    _let_go()
    lines = None if tracer is None else tracer.take()
    channel.send_result(0, outcome, body, printed="", started=started, lines=lines, hold=True)
    channel.end()


def run_mains(channel: Channel, payload: dict[str, Any]) -> NoReturn:
    """Runs the program once for each text, while it leaves nothing behind; ``extra`` of a result is what was printed.

    The texts of the first group are in the payload, those of each further one in a request of its own; ``count`` is of all.
    """
    codes = _load(channel, payload)
    tracer = tracing.make_tracer(payload)
    limit = payload["output_bytes"]
    reading, writing = _stdout_pipe(limit)
    if writing < 0:  # others use up what pipes of this user may hold: each text gets a process of its own
        channel.end()
    surroundings, recursion = _surroundings(), sys.getrecursionlimit()
    for index, (text, last) in enumerate(_texts(channel, payload)):
        put_on_stdin(text)
        os.dup2(writing, 1)
        random.seed(0)  # as the first run found it
        sys.setrecursionlimit(recursion)
        started = time.perf_counter()
        outcome, body = _run(codes, tracer)
        lines = None if tracer is None else tracer.take()
        _let_go()
        output = _read_all(reading)
        if len(output) > limit:
            channel.send(["output"])
            os._exit(0)
        printed = output.decode("utf-8", "replace")
        clean = _surroundings() == surroundings
        # The first result stands whatever comes later, so it is said at once; the others do when their group is answered.
        hold = index > 0 or (last and clean)
        channel.send_result(index, outcome, body, printed="", started=started, extra=printed, lines=lines, hold=hold)
        if not clean:
            break
    channel.end()


def _texts(channel: Channel, payload: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yields the texts of all groups, and whether a text is the very last one."""
    left = payload["count"]
    for text in asked_in_groups(channel, payload["texts"], payload["further_groups"]):
        left -= 1
        yield text, not left


def _stdout_pipe(limit: int) -> tuple[int, int]:
    """Returns a pipe that holds a little more than ``limit`` bytes and refuses what is beyond, since nobody reads meanwhile.

    Both ends are -1 where no pipe may be as large.
    """
    reading, writing = os.pipe()
    for fd in (reading, writing):
        os.set_blocking(fd, False)
    try:
        fcntl.fcntl(writing, _SET_PIPE_SIZE, limit + (1 << 12))
    except OSError:
        return -1, -1
    return reading, writing


def _read_all(fd: int) -> bytes:
    """Returns what can be read without waiting."""
    output = b""
    try:
        while chunk := os.read(fd, 1 << 20):
            output += chunk
    except BlockingIOError:
        return output
    return output


def _surroundings() -> tuple[Any, ...]:
    """Returns what one run could leave behind for the next one, as far as it is cheap to see."""
    names = {name: id(value) for name, value in builtins.__dict__.items() if name != "_"}
    return names, threading.active_count(), os.getcwd(), os.listdir("."), sys.gettrace(), sys.getprofile()


def _let_go() -> None:
    """Drops the objects of a run: files of it are written out, and none is closed, with its descriptor, during the next run."""
    sys.stdin, sys.stdout = sys.__stdin__, sys.__stdout__
    sys.modules["__main__"] = types.ModuleType("__main__")
    if "logging" in sys.modules:  # its handlers would write to the stdout of the run before
        sys.modules["logging"].__dict__["root"].handlers.clear()
    gc.collect()


def put_on_stdin(text: str) -> None:
    """Makes descriptor 0 a file that holds ``text``, at its beginning; so does ``/dev/stdin``, if the text fits there."""
    data = text.encode("utf-8", "replace")
    os.ftruncate(STDIN_FILE, 0)
    os.pwrite(STDIN_FILE, data, 0)
    os.lseek(STDIN_FILE, 0, os.SEEK_SET)
    os.dup2(STDIN_FILE, 0)
    if stdin_path:
        _write_whole(stdin_path, data)


def _write_whole(path: str, data: bytes) -> None:
    """Makes ``path`` a file that holds ``data``; where it does not fit, there is no such file rather than a part of it."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            wire.write_all(fd, data)
        finally:
            os.close(fd)
    except OSError:
        with contextlib.suppress(OSError):  # the program of a run before may have put anything there
            os.unlink(path)


def _load(channel: Channel, payload: dict[str, Any]) -> list[types.CodeType]:
    """Compiles the program and says so; ends the process when that fails."""
    try:
        codes = compile_program(payload)
    except BaseException as error:  # SyntaxError, ValueError (a NUL), RecursionError, MemoryError
        channel.hold(["loaded", "", ["raised", faults.report(error, details=True)]])
        channel.end()
    channel.hold(["loaded", "", None])
    return codes


def _run(codes: list[types.CodeType], tracer: tracing.Tracer | None) -> tuple[str, Any]:
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


_REHEARSAL = """
import sys
def count(text):
    seen = {}
    for word in text.split():
        seen[word] = seen.get(word, 0) + 1
    return sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))
assert str(count("b a b")) == "[('b', 2), ('a', 1)]" and sys.stdin.fileno() == 0
"""


def rehearse(times: int) -> None:
    """Runs a small program some times, as :func:`.program.rehearse` does; it neither reads nor prints anything."""
    payload = {"source": _REHEARSAL, "setup": "", "trace_values": False}
    main = sys.modules["__main__"]
    for _ in range(times):
        _surroundings()
        outcome, report = _run(compile_program(payload), None)
        assert outcome == "ok", report
        _let_go()
    sys.modules["__main__"] = main
