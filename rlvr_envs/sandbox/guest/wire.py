"""Framing on the pipes between the trusted side, the zygote and a program's process.

A frame on a program's own pipes is a 4-byte big-endian length and that many bytes of JSON.  Between the trusted side and the
zygote a record is a kind (one byte), a 4-byte length and a body.
"""

from __future__ import annotations

import os
import struct
from typing import NamedTuple

FRAME = struct.Struct(">I")
RECORD = struct.Struct(">BI")

#: The limits of one program: the fields of :class:`Limits` in their order.
LIMITS = struct.Struct(">dddIIQQQ?Q")


class Limits(NamedTuple):
    """What one program may use, as the guest reads it."""

    time_s: float
    cpu_s: float
    memory_mib: float
    files_mib: int
    processes: int
    output_bytes: int
    frame_bytes: int  # of one message
    reply_bytes: int  # of all messages
    interactive: bool  # gets requests while it runs, rather than all at once
    payload_bytes: int


# From the trusted side to the zygote.
PROGRAM = ord("P")  # LIMITS of a program; its payload (JSON) follows, to be read by the program's process alone
DATA = ord("D")  # bytes for the program's request pipe
KILL = ord("K")  # end the program now

# From a program's process to the zygote, before any of the program's code runs.
BEGIN = ord("B")  # LIMITS of the program that it has taken on
STALE = ord("S")  # LIMITS of a program that it cannot take on; the payload is still to be read

# From the zygote to the trusted side.
HELLO = ord("H")  # JSON: what is in force
REPLY = ord("R")  # bytes that the program wrote to its reply pipe
OUTPUT = ord("O")  # bytes that the program wrote to stdout
FAILED = ord("F")  # text: the program's process could not be started, and the guest ends
TRACE = ord("T")  # text: where the program was when its time was up, as it says itself
EXIT = ord("X")  # an :data:`ENDING`: how the program's process ended

#: Exit code (negative: a signal), index into :data:`REASONS`, wall and CPU seconds, peak memory in KiB.
ENDING = struct.Struct(">iBddq")
REASONS = ("", "timeout", "output", "reply", "killed", "lowered")

#: Exit code of a program's process whose own worker code ran out of memory.
OUT_OF_MEMORY = 121


def read_exact(fd: int, count: int) -> bytes | None:
    """Returns exactly ``count`` bytes from ``fd``, None when the stream ends before."""
    parts = []
    while count:
        chunk = os.read(fd, min(count, 1 << 20))
        if not chunk:
            return None
        parts.append(chunk)
        count -= len(chunk)
    return b"".join(parts)


def read_frame(fd: int) -> bytes | None:
    """Returns the body of the next frame, None at the end of the stream."""
    head = read_exact(fd, FRAME.size)
    return None if head is None else read_exact(fd, FRAME.unpack(head)[0])


def write_all(fd: int, data: bytes | bytearray | memoryview) -> None:
    """Writes all of ``data`` to a blocking ``fd``."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def frame(body: bytes) -> bytes:
    """Returns ``body`` with its length in front."""
    return FRAME.pack(len(body)) + body


def write_vector(fd: int, *parts: bytes | memoryview) -> None:
    """Writes all parts to a blocking ``fd``, with one system call as a rule."""
    written = os.writev(fd, parts)
    for part in parts:
        if written < len(part):
            write_all(fd, part[written:])
        written = max(0, written - len(part))


def record(kind: int, body: bytes) -> bytes:
    """Returns a record of ``kind``."""
    return RECORD.pack(kind, len(body)) + body
