"""The fork server: one hardened process for each program, its replies passed on unread.

Single-threaded.  The zygote never holds what a program is or answers: the payload is read from stdin by the forked
process itself, and replies go through one buffer that is wiped after each program, so a later program cannot find them in
the memory that it inherits.  Time is kept here, outside the program, and ended with SIGKILL.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import platform
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from . import program, serving, statements, wire
from .hardening import Features, Hardening

# Imported once, so that programs which import them pay nothing; every page of them makes each fork dearer.
_PREIMPORTED = (
    "abc", "bisect", "cmath", "collections", "contextlib", "copy", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "functools", "heapq", "io", "itertools", "json", "math", "operator", "queue", "random", "re", "statistics", "string",
    "textwrap", "threading", "types", "typing",
)  # fmt: skip
_HARDENING_FAILED = 120
_BEGIN_SECONDS = 20.0  # from the fork to the program's first line, which a starved machine may draw out
_TICK_MS = 5
_BUFFER_BYTES = 1 << 16
_MODES = {
    "calls": program.run_calls,
    "serve": serving.serve,
    "stdin": program.run_main,
    "tests": statements.run_tests,
}


@dataclass
class Child:
    """A running program as the zygote sees it."""

    pid: int
    pidfd: int
    reply: int
    output: int
    request: int
    seconds: float  # of wall time, from its first line on
    started: float
    deadline: float
    allowance: dict[int, int]  # bytes that it may still write, by pipe
    interactive: bool  # gets requests while it runs, rather than all at once
    reason: str = ""  # why the zygote ended it
    ready: bool = False  # has read its payload from stdin


class Zygote:
    """Serves programs, one at a time, until stdin ends."""

    def __init__(self, policy: Mapping[str, Any]) -> None:
        """Prepares the measures and finds out, in a forked process, which of them hold."""
        self._hardening = Hardening(policy)
        self._private_scratch = bool(policy["namespaces"])
        self._buffer = bytearray(_BUFFER_BYTES)
        self._features: Features | None = None
        self._features = self._probe(policy)

    def _probe(self, policy: Mapping[str, Any]) -> Features:
        """Returns what is in force in a child, tried out where it can be."""
        limits = {"cpu_s": 5, "files_mib": 1, "memory_mib": 512}
        reading, writing = os.pipe()
        self._hardening.before_fork()
        pid = os.fork()
        if pid == 0:
            try:
                os.dup2(writing, 2)
                features = self._hardening.enter(limits)
                features["no_new_processes"] = _refused(_try_fork)
                features["no_network"] = bool(policy["net_namespace"]) or _refused(_try_socket)
                wire.write_all(2, json.dumps(features).encode())
            except OSError as error:
                wire.write_all(2, json.dumps({"failure": str(error)}).encode())
            os._exit(0)
        os.close(writing)
        with open(reading, "rb") as stream:
            found: Features = json.loads(stream.read() or b'{"failure": "the probe died"}')
        os.waitpid(pid, 0)
        return found

    def serve(self) -> None:
        """Says hello and answers until the trusted side closes stdin."""
        hello = {"python": platform.python_version(), "features": self._features}
        wire.write_all(1, wire.record(wire.HELLO, json.dumps(hello).encode()))
        while (head := wire.read_exact(0, wire.RECORD.size)) is not None:
            kind, size = wire.RECORD.unpack(head)
            body = wire.read_exact(0, size)
            if body is None:
                return
            if kind == wire.PROGRAM:  # anything else is late news for a program that has ended
                self._run(json.loads(body))

    def _run(self, header: dict[str, Any]) -> None:
        child = self._start(header)
        try:
            self._relay(child)
            self._finish(child)
        finally:
            for fd in (child.pidfd, child.reply, child.output, child.request):
                if fd >= 0:
                    os.close(fd)
            self._buffer[:] = bytes(_BUFFER_BYTES)
        if not self._private_scratch:
            empty_folder(self._hardening.scratch)

    def _start(self, header: dict[str, Any]) -> Child:
        reply, reply_end = os.pipe()
        output, output_end = os.pipe()
        request_end, request = os.pipe()
        self._hardening.before_fork()
        pid = os.fork()
        if pid == 0:
            run_child(self._hardening, self._features, header, (output_end, reply_end, request_end))
        for fd in (reply_end, output_end, request_end):
            os.close(fd)
        for fd in (reply, output, request):
            os.set_blocking(fd, False)
        now = time.monotonic()
        allowance = {reply: header["reply_bytes"], output: header["output_bytes"]}
        return Child(
            pid=pid,
            pidfd=_open_pidfd(pid),
            reply=reply,
            output=output,
            request=request,
            seconds=header["time_s"],
            started=now,
            deadline=now + _BEGIN_SECONDS,
            allowance=allowance,
            interactive=header["interactive"],
        )

    def _relay(self, child: Child) -> None:
        """Moves bytes both ways until the program's process ends or must be ended.

        What a program writes is fetched at once where the trusted side answers it, else at the end and every few milliseconds:
        waking this process for each answer of a short program would double its cost.
        """
        poll = select.poll()
        for fd in (child.pidfd, *((child.reply, child.output) if child.interactive else ())):
            if fd >= 0:
                poll.register(fd, select.POLLIN)
        while not child.reason:
            remaining_ms = 1000 * (child.deadline - time.monotonic())
            if remaining_ms <= 0:
                child.reason = "timeout"
                return
            waits = child.interactive and child.pidfd >= 0
            events = [fd for fd, _ in poll.poll(remaining_ms + 1 if waits else min(_TICK_MS, remaining_ms + 1))]
            if child.pidfd in events or (child.pidfd < 0 and _has_ended(child.pid)):
                return
            if 0 in events:
                self._take_order(child)
            listens = child.ready
            for fd in (child.reply, child.output):
                if (fd in events or not child.interactive) and not self._take_bytes(child, fd) and child.interactive:
                    poll.unregister(fd)
            if child.ready and not listens:  # before, stdin holds the payload, which is not for this process
                poll.register(0, select.POLLIN)

    def _take_bytes(self, child: Child, fd: int) -> int:
        """Passes on what the program wrote; its first reply, sent before its own code runs, starts its clock."""
        got = self._pass_on(fd, wire.REPLY if fd == child.reply else wire.OUTPUT)
        child.allowance[fd] -= got
        if child.allowance[fd] < 0:
            child.reason = "reply" if fd == child.reply else "output"
        elif got and fd == child.reply and not child.ready:
            child.ready = True
            child.started = time.monotonic()
            child.deadline = child.started + child.seconds
        return got

    def _pass_on(self, fd: int, kind: int) -> int:
        """Sends what can be read from ``fd`` to the trusted side; returns the number of bytes, 0 at the end."""
        view = memoryview(self._buffer)
        try:
            count = os.readv(fd, [view])
        except BlockingIOError:
            return 0
        if count:
            wire.write_all(1, wire.RECORD.pack(kind, count))
            wire.write_all(1, view[:count])
        return count

    def _take_order(self, child: Child) -> None:
        """Reads one record from the trusted side: bytes for the program, or the order to end it."""
        head = wire.read_exact(0, wire.RECORD.size)
        if head is None:
            child.reason = "abandoned"
            return
        kind, size = wire.RECORD.unpack(head)
        if kind == wire.KILL:
            child.reason = "killed"
        while size:
            count = os.readv(0, [memoryview(self._buffer)[: min(size, _BUFFER_BYTES)]])
            if not count:
                child.reason = "abandoned"
                return
            size -= count
            self._hand_down(child, memoryview(self._buffer)[:count])

    def _hand_down(self, child: Child, data: memoryview) -> None:
        """Writes to the program's request pipe, at the pace at which it reads."""
        poll = select.poll()
        poll.register(child.request, select.POLLOUT)
        while data and not child.reason:
            if not poll.poll(1000):
                child.reason = "timeout"  # waits for requests, yet does not read them
                return
            try:
                data = data[os.write(child.request, data) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                return

    def _finish(self, child: Child) -> None:
        """Ends the program's process if need be, passes on what is left in its pipes, and reports how it ended."""
        if child.reason or not self._private_scratch:  # without a namespace, what it started would live on
            _kill(child.pid)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - child.started
        if child.reason == "abandoned":
            sys.exit(0)
        for fd in (child.reply, child.output):
            while child.allowance[fd] >= 0 and self._take_bytes(child, fd):
                pass
        code = os.waitstatus_to_exitcode(status)
        if not child.ready:  # its payload may still be on stdin, so nothing that follows could be understood
            text = f"the program's process ended before the program began, with code {code}"
            wire.write_all(1, wire.record(wire.FAILED, text.encode()))
            sys.exit(text)
        end = {
            "code": code,
            "reason": child.reason,
            "wall_s": wall,
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "max_rss_kib": usage.ru_maxrss if sys.platform == "linux" else usage.ru_maxrss // 1024,
        }
        wire.write_all(1, wire.record(wire.EXIT, json.dumps(end).encode()))


def run_child(hardening: Hardening, expected: Features | None, header: dict[str, Any], ends: tuple[int, int, int]) -> NoReturn:
    """Becomes the program: reads its payload, arranges its file descriptors, puts the measures in force and runs it."""
    code = 1
    try:
        os.setsid()
        payload = json.loads(wire.read_exact(0, header["payload_bytes"]) or b"")
        _arrange_descriptors(payload, *ends)
        features = hardening.enter(header)
        if any((expected or {}).get(name) != value for name, value in features.items()):
            os._exit(_HARDENING_FAILED)
        gc.enable()
        channel = program.Channel(header["frame_bytes"])
        channel.send(["ready"])
        _MODES[payload["mode"]](channel, payload)
    except MemoryError:
        code = wire.OUT_OF_MEMORY
    finally:  # never back into the loop of the zygote, whatever was raised
        os._exit(code)


def _arrange_descriptors(payload: dict[str, Any], output: int, reply: int, request: int) -> None:
    """Makes 0 the program's text or nothing, 1 its output, 2 nothing, 3 its reply pipe and 4 its request pipe."""
    high = [os.dup2(fd, 64 + i, inheritable=False) for i, fd in enumerate((output, reply, request))]
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 2)
    if "stdin" in payload:
        os.dup2(_file_with(payload["stdin"].encode("utf-8", "replace")), 0)
    else:
        os.dup2(nothing, 0)
    for target, fd in zip((1, program.REPLY_FD, program.REQUEST_FD), high, strict=True):
        os.dup2(fd, target)


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


def _refused(attempt: Any) -> bool:
    """Tells whether the kernel refuses ``attempt``."""
    try:
        attempt()
    except OSError:
        return True
    return False


def _try_fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _try_socket() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()


def _open_pidfd(pid: int) -> int:
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):  # not Linux, or refused by a container's own filter: polled instead
        return -1


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _kill(pid: int) -> None:
    """Kills the program's process and its session's group."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def empty_folder(path: str) -> None:
    """Deletes what is in a folder, without following links."""
    for entry in os.scandir(path):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.unlink(entry.path)


def main(policy: Mapping[str, Any]) -> None:
    """Runs the fork server."""
    for name in _PREIMPORTED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for name, folder in policy.get("preimport", ()):
        sys.path.append(folder)
        importlib.import_module(name)
        sys.path.remove(folder)
    zygote = Zygote(policy)
    gc.collect()
    gc.disable()
    gc.freeze()
    try:
        zygote.serve()
    finally:  # the owner does it too, but may have been killed
        if policy.get("own_scratch"):
            shutil.rmtree(policy["scratch"], ignore_errors=True)
