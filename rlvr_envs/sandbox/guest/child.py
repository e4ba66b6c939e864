"""The program's side of a fork: a process that is hardened ahead of time and then waits for its program.

It reads the program's record from stdin itself, so that the zygote never holds what a program is.  Its first words, before any of
the program's code runs, are for the zygote: the program's limits, and whether it could take them on.  They go through a
pipe that it closes then, so that no program can read them back or speak in its place.
"""

from __future__ import annotations

import gc
import json
import os
import tempfile
from dataclasses import dataclass
from typing import NoReturn

from . import mains, program, serving, statements, wire
from .hardening import Features, Hardening

HARDENING_FAILED = 120

_DISCARDED_AT_ONCE = 1 << 16

# Descriptors of a program's process beside 0 to 5; all but the last stand under the same numbers in the zygote.
WORDS_FD = 6  # first words; closed before the program's code runs
GO_FD = 7  # the zygote's word that stdin holds this process's program; closed before the program's code runs
NOTHING_FD = 8  # /dev/null in the zygote
LAST_FD = mains.STDIN_FILE

_MODES = {
    "calls": program.run_calls,
    "serve": serving.serve,
    "stdin": mains.run_main,
    "mains": mains.run_mains,
    "tests": statements.run_tests,
}


@dataclass(frozen=True)
class Ends:
    """The program's ends of its pipes, all above :data:`LAST_FD`."""

    output: int
    reply: int
    request: int


def become_program(hardening: Hardening, expected: Features, ends: Ends, files_mib: int, header: bytes | None) -> NoReturn:
    """Becomes the program that comes next on stdin, or whose ``header`` was read already.

    Args:
        hardening: The measures.
        expected: What must be in force.
        ends: Its pipes.
        files_mib: Size of the scratch folder; a program that wants another one is handed back to the zygote.
        header: LIMITS of the program whose payload is next on stdin; None: they stand there before it.
    """
    code = 1
    try:
        os.setsid()
        os.dup2(_nameless_file(), mains.STDIN_FILE)  # later the filter refuses to make one, as no limit would count it
        for fd, target in ((NOTHING_FD, 2), (ends.output, 1), (ends.reply, program.REPLY_FD), (ends.request, program.REQUEST_FD)):
            os.dup2(fd, target)
        features = hardening.enter(files_mib, keep=LAST_FD)
        if any(expected.get(name) != value for name, value in features.items()):
            os._exit(HARDENING_FAILED)
        header = header or _next_header()
        if header is None:
            os._exit(0)
        limits = wire.Limits(*wire.LIMITS.unpack(header))
        if limits.files_mib != files_mib:
            wire.write_all(WORDS_FD, wire.record(wire.STALE, header))
            os._exit(0)
        payload = json.loads(wire.read_exact(0, limits.payload_bytes) or b"")
        mains.stdin_path = hardening.stdin_path if payload["mode"] in ("stdin", "mains") else ""
        if payload["mode"] != "mains":  # there each text comes at its turn
            mains.put_on_stdin(payload.get("stdin", ""))
        hardening.limit(limits)
        gc.enable()
        wire.write_all(WORDS_FD, wire.record(wire.BEGIN, header))
        os.closerange(WORDS_FD, mains.STDIN_FILE if payload["mode"] == "mains" else LAST_FD + 1)
        _MODES[payload["mode"]](program.Channel(limits.frame_bytes), payload)
    except MemoryError:
        code = wire.OUT_OF_MEMORY
    finally:  # never back into the loop of the zygote, whatever was raised
        os._exit(code)


def _next_header() -> bytes | None:
    """Waits for the zygote's word, then returns the LIMITS of the next program on stdin, None at its end."""
    if not os.read(GO_FD, 1):
        return None
    while (head := wire.read_exact(0, wire.RECORD.size)) is not None:
        kind, size = wire.RECORD.unpack(head)
        if kind == wire.PROGRAM:
            return wire.read_exact(0, size)
        _discard(size)  # late news for a program that has ended
    return None


def _discard(size: int) -> None:
    """Reads bytes from stdin that are not for the program of this process, and leaves nothing of them in its memory."""
    buffer = bytearray(_DISCARDED_AT_ONCE)
    while size and (count := os.readv(0, [memoryview(buffer)[: min(size, len(buffer))]])):
        size -= count
    buffer[:] = bytes(len(buffer))


def _nameless_file() -> int:
    """Returns a descriptor of an empty file that has no name."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("file")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
