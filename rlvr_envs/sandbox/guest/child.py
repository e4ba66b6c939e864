"""The program's side of a fork: a process that is hardened ahead of time and then waits for its program.

It reads the program's record from stdin itself, so that the zygote never holds what a program is.  Its first words on the reply
pipe, before any of the program's code, are for the zygote: the program's limits, and whether it could take them on.
"""

from __future__ import annotations

import gc
import json
import os
import tempfile
from dataclasses import dataclass
from typing import Any, NoReturn

from . import program, serving, statements, wire
from .hardening import Features, Hardening

HARDENING_FAILED = 120
#: Where faulthandler writes the stack when the time is up; open for writing in every program's process.
TRACE_FD = 5

_MODES = {
    "calls": program.run_calls,
    "serve": serving.serve,
    "stdin": program.run_main,
    "tests": statements.run_tests,
}


@dataclass(frozen=True)
class Ends:
    """The program's ends of its pipes."""

    output: int
    reply: int
    request: int
    trace: int


def become_program(hardening: Hardening, expected: Features, ends: Ends, files_mib: int, header: bytes | None) -> NoReturn:
    """Becomes the program that comes next on stdin, or whose ``header`` was read already.

    Args:
        hardening: The measures.
        expected: What must be in force.
        ends: Its pipes.
        files_mib: Size of the scratch folder; a program that wants another one is handed back to the zygote.
        header: Limits of the program whose payload is next on stdin; None: they stand there before it.
    """
    code = 1
    try:
        os.setsid()
        _arrange_descriptors(ends)
        features = hardening.enter(files_mib)
        if any(expected.get(name) != value for name, value in features.items()):
            os._exit(HARDENING_FAILED)
        header = header or _next_header()
        if header is None:
            os._exit(0)
        limits = json.loads(header)
        if limits["files_mib"] != files_mib:
            wire.write_all(program.REPLY_FD, wire.record(wire.STALE, header))
            os._exit(0)
        payload = json.loads(wire.read_exact(0, limits["payload_bytes"]) or b"")
        os.dup2(_file_with(payload["stdin"].encode("utf-8", "replace")) if "stdin" in payload else 2, 0)
        hardening.limit(limits)
        gc.enable()
        wire.write_all(program.REPLY_FD, wire.record(wire.BEGIN, header) + _READY)
        _MODES[payload["mode"]](program.Channel(limits["frame_bytes"]), payload)
    except MemoryError:
        code = wire.OUT_OF_MEMORY
    finally:  # never back into the loop of the zygote, whatever was raised
        os._exit(code)


_READY = wire.frame(b'["ready"]')


def _arrange_descriptors(ends: Ends) -> None:
    """Makes 1 the program's output, 2 nothing, and 3, 4 and 5 its reply, request and trace pipes; 0 is still the zygote's stdin."""
    high = [os.dup2(fd, 64 + i, inheritable=False) for i, fd in enumerate((ends.output, ends.reply, ends.request, ends.trace))]
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)
    for target, fd in zip((1, program.REPLY_FD, program.REQUEST_FD, TRACE_FD), high, strict=True):
        os.dup2(fd, target)


def _next_header() -> bytes | None:
    """Waits for the zygote's word, then returns the limits (JSON) of the next program on stdin, None at its end."""
    if not os.read(program.REQUEST_FD, 1):
        return None
    while (head := wire.read_exact(0, wire.RECORD.size)) is not None:
        kind, size = wire.RECORD.unpack(head)
        body = wire.read_exact(0, size)
        if body is None or kind == wire.PROGRAM:  # anything else is late news for a program that has ended
            return body
    return None


def _file_with(data: bytes) -> int:
    """Returns a descriptor of a nameless file that holds ``data``, at its beginning."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("stdin")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    wire.write_all(fd, data)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
