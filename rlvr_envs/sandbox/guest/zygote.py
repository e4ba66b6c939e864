"""The fork server: one hardened process for each program, its replies passed on unread.

Single-threaded.  The zygote never holds what a program is or answers: the payload is read from stdin by the forked
process itself (:mod:`.child`), and replies go through one buffer that is wiped after each program, so a later program cannot
find them in the memory that it inherits.  Processes are forked before they are needed, so that a program does not wait for its
isolation.  Time is kept here, outside the program, and ended with SIGKILL.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import json
import os
import platform
import random
import resource
import select
import signal
import site
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import mains, program, wire
from .child import Ends, become_program
from .descriptors import arrange_descriptors
from .folders import empty_folder, remove_folder
from .hardening import Features, Hardening
from .memory import fill_holes
from .probe import fork, probe

# Imported once, so that programs which import them pay nothing; every page of them makes each fork dearer.
PREIMPORTED = (
    "abc", "bisect", "cmath", "collections", "contextlib", "copy", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "functools", "heapq", "io", "itertools", "json", "math", "operator", "queue", "random", "re", "statistics", "string",
    "textwrap", "threading", "types", "typing",
)  # fmt: skip
_TICK_MS = 5
_TRACE_MS = 50  # that a program gets to say where it is when its time is up
_BUFFER_BYTES = 1 << 16
_TRACE_BYTES = 1 << 16
_USUAL_FILES_MIB = 16
_REHEARSALS = 20  # enough for the interpreter to specialise the code


@dataclass
class Child:
    """A program's process as the zygote sees it: first as a spare that waits for its program, then running it."""

    pid: int
    pidfd: int
    reply: int
    output: int
    request: int
    started: float = 0.0
    deadline: float = 0.0
    cpu_s: float = 0.0
    interactive: bool = False  # gets requests while it runs, rather than all at once
    allowance: dict[int, int] = field(default_factory=dict)  # bytes that it may still write, by pipe
    reason: str = ""  # why the zygote ended it
    ended: bool = False  # its number may be another process's by now

    def begin(self, limits: wire.Limits) -> None:
        """Starts its clock; its program's code runs from now on."""
        self.started = time.monotonic()
        self.deadline = self.started + limits.time_s
        self.cpu_s = limits.cpu_s
        self.interactive = limits.interactive
        self.allowance = {self.reply: limits.reply_bytes, self.output: limits.output_bytes}

    def close(self) -> None:
        """Closes the zygote's ends of its pipes."""
        for fd in (self.pidfd, self.reply, self.output, self.request):
            if fd >= 0:
                os.close(fd)


class Zygote:
    """Serves programs, one at a time, until stdin ends."""

    def __init__(self, policy: Mapping[str, Any]) -> None:
        """Prepares the measures and finds out, in a forked process, which of them hold."""
        self._trace, self._words, self._go = arrange_descriptors()
        self._hardening = Hardening(policy)
        self._private_scratch = bool(policy["namespaces"])
        self._buffer = bytearray(_BUFFER_BYTES)
        self._orders = bytearray(_BUFFER_BYTES)
        self._used = 0  # bytes of the buffers that hold what a program wrote or was sent
        self._files_mib = _USUAL_FILES_MIB
        self._mounts = os.dup(0)  # later keeps those of the program before
        self._features: Features = {}
        self._features = probe(self._hardening, net_namespace=bool(policy["net_namespace"]))

    def serve(self) -> None:
        """Says hello and answers until the trusted side closes stdin."""
        hello = {"python": platform.python_version(), "features": self._features}
        wire.write_all(1, wire.record(wire.HELLO, json.dumps(hello).encode()))
        if "failure" in self._features:
            return
        spare = self._fork()
        while (child := self._await_program(spare)) is not None:
            mounts, self._mounts = self._mounts, self._hardening.hold_mounts(child.pidfd)
            # While one program runs, the process of the next one is made and hardened, and lets go of the mounts of the last one.
            spare = self._fork()
            os.close(mounts)
            self._run(child)

    def _fork(self, header: bytes | None = None) -> Child:
        """Returns a new process that waits for its program, or begins the one of ``header``."""
        reply, reply_end = os.pipe()
        output, output_end = os.pipe()
        request_end, request = os.pipe()
        self._hardening.before_fork()
        pid = fork()
        if pid == 0:
            ends = Ends(output=output_end, reply=reply_end, request=request_end)
            become_program(self._hardening, self._features, ends, self._files_mib, header)
        for fd in (reply_end, output_end, request_end):
            os.close(fd)
        for fd in (reply, output, request):
            os.set_blocking(fd, False)
        return Child(pid, _open_pidfd(pid), reply, output, request)

    def _await_program(self, spare: Child) -> Child | None:
        """Lets ``spare`` read stdin; returns the process that begins the next program, None when there is no next one."""
        os.write(self._go, b"\1")
        words = self._first_words(spare)
        if words is None:
            return None
        kind, header = words
        limits = wire.Limits(*wire.LIMITS.unpack(header))
        if kind == wire.STALE:
            os.waitpid(spare.pid, 0)
            spare.close()
            self._files_mib = limits.files_mib
            spare = self._fork(header)
            self._first_words(spare)
        spare.begin(limits)
        return spare

    def _first_words(self, child: Child) -> tuple[int, bytes] | None:
        """Returns what a process says before its program begins, None if stdin ended instead.

        A process that died before leaves its program's record on stdin half read, so that nothing after it could be
        understood: then the zygote says so and ends.
        """
        poll = select.poll()
        for fd in (self._words, child.pidfd):
            if fd >= 0:
                poll.register(fd, select.POLLIN)
        while not (events := poll.poll(1000 if child.pidfd < 0 else None)):
            if _has_ended(child.pid):
                break
        if self._words in dict(events):
            head = wire.read_exact(self._words, wire.RECORD.size) or b""
            return head[0], wire.read_exact(self._words, wire.LIMITS.size) or b""
        code = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
        if code == 0:
            return None
        text = f"the program's process ended before the program began, with code {code}"
        wire.write_all(1, wire.record(wire.FAILED, text.encode()))
        sys.exit(text)

    def _run(self, child: Child) -> None:
        try:
            self._relay(child)
            self._finish(child)
        except BaseException:  # above all: told to end
            if not child.ended:
                _kill(child.pid)
            raise
        finally:
            child.close()
            self._buffer[: self._used] = self._orders[: self._used] = bytes(self._used)
            self._used = 0
        if not self._private_scratch:
            empty_folder(self._hardening.scratch)

    def _relay(self, child: Child) -> None:
        """Moves bytes both ways until the program's process ends or must be ended.

        What a program writes is fetched at once where the trusted side answers it, else at the end, when the program's process
        asks for it (:meth:`.program.Channel.await_group`), and every few milliseconds: waking this process for each answer of a
        short program would double its cost.
        """
        poll = select.poll()
        for fd in (child.pidfd, 0, self._trace, *((child.reply, child.output) if child.interactive else ())):
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
            if self._trace in events:
                self._read_trace()
            if 0 in events:
                self._take_order(child)
            for fd in (child.reply, child.output):
                if (fd in events or not child.interactive) and not self._take_bytes(child, fd) and child.interactive:
                    poll.unregister(fd)

    def _take_bytes(self, child: Child, fd: int) -> int:
        """Passes on what the program wrote; returns the number of bytes, 0 when there is nothing to be had."""
        got = self._pass_on(fd, wire.REPLY if fd == child.reply else wire.OUTPUT)
        child.allowance[fd] -= got
        if child.allowance[fd] < 0:
            child.reason = "reply" if fd == child.reply else "output"
        return got

    def _pass_on(self, fd: int, kind: int) -> int:
        """Sends what can be read from ``fd`` to the trusted side; returns the number of bytes, 0 at the end."""
        view = memoryview(self._buffer)
        try:
            count = os.readv(fd, [view])
        except BlockingIOError:
            return 0
        if count:
            self._used = max(self._used, count)
            wire.write_vector(1, wire.RECORD.pack(kind, count), view[:count])
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
            count = os.readv(0, [memoryview(self._orders)[: min(size, _BUFFER_BYTES)]])
            if not count:
                child.reason = "abandoned"
                return
            self._used = max(self._used, count)
            size -= count
            self._hand_down(child, memoryview(self._orders)[:count])

    def _hand_down(self, child: Child, data: memoryview) -> None:
        """Writes to the program's request pipe at the pace at which it reads, and goes on passing on what it writes."""
        poll = select.poll()
        poll.register(child.request, select.POLLOUT)
        poll.register(child.reply, select.POLLIN)
        poll.register(child.output, select.POLLIN)
        while data and not child.reason:
            remaining_ms = 1000 * (child.deadline - time.monotonic())
            if remaining_ms <= 0:
                child.reason = "timeout"
                return
            events = dict(poll.poll(min(remaining_ms + 1, 1000)))
            for fd in (child.reply, child.output):
                if fd in events and not self._take_bytes(child, fd):
                    poll.unregister(fd)
            try:
                data = data[os.write(child.request, data) :] if child.request in events else data
            except BlockingIOError:
                continue
            except BrokenPipeError:
                return

    def _finish(self, child: Child) -> None:
        """Ends the program's process if need be, passes on what is left in its pipes, and reports how it ended."""
        if child.reason == "timeout":
            self._ask_where(child)
        elif not child.reason and _lowered_its_time(child):
            child.reason = "lowered"
        if child.reason or not self._private_scratch:  # without a namespace, what it started would live on
            _kill(child.pid)
        _, status, usage = os.wait4(child.pid, 0)
        child.ended = True
        wall = time.monotonic() - child.started
        while self._read_trace():  # nobody can write there now, and what this program left is not told of the next one
            pass
        if child.reason == "abandoned":
            sys.exit(0)
        for fd in (child.reply, child.output):
            while child.allowance[fd] >= 0 and self._take_bytes(child, fd):
                pass
        kib = usage.ru_maxrss if sys.platform == "linux" else usage.ru_maxrss // 1024
        cpu = usage.ru_utime + usage.ru_stime
        end = wire.ENDING.pack(os.waitstatus_to_exitcode(status), wire.REASONS.index(child.reason), wall, cpu, kib)
        wire.write_all(1, wire.record(wire.EXIT, end))

    def _ask_where(self, child: Child) -> None:
        """Has the process of a program whose time is up write its stack, if the program lets it, and passes that on."""
        self._read_trace()  # what this program wrote there unasked
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(child.pid, signal.SIGUSR1)
        poll = select.poll()
        poll.register(self._trace, select.POLLIN)
        if poll.poll(_TRACE_MS):
            time.sleep(_TRACE_MS / 10_000)  # it is written line by line
            wire.write_all(1, wire.record(wire.TRACE, self._read_trace()))

    def _read_trace(self) -> bytes:
        """Returns what stands in the trace pipe and so empties it."""
        try:
            return os.read(self._trace, _TRACE_BYTES)
        except BlockingIOError:
            return b""


def _open_pidfd(pid: int) -> int:
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):  # not Linux, or refused by a container's own filter: polled instead
        return -1


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _lowered_its_time(child: Child) -> bool:
    """Whether a process that has ended, and is not reaped yet, was killed while its limit of CPU time was below the one given."""
    if sys.platform != "linux":
        return False
    found = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    killed = found is not None and found.si_code != os.CLD_EXITED and found.si_status in (signal.SIGKILL, signal.SIGXCPU)
    try:
        return killed and resource.prlimit(child.pid, resource.RLIMIT_CPU)[0] < child.cpu_s
    except OSError:  # a kernel that tells no limits of what has ended
        return False


def _kill(pid: int) -> None:
    """Kills the program's process and its session's group."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def main(policy: Mapping[str, Any]) -> None:
    """Runs the fork server."""
    for name in PREIMPORTED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # What every interpreter has that is not begun with -S.
    site.setquit()
    site.setcopyright()
    site.sethelper()
    # A handler in C, so that it answers from within a loop in C as well; forked processes inherit it.
    faulthandler.register(signal.SIGUSR1, file=program.TRACE_FD, all_threads=False, chain=False)
    for name, folder in policy.get("preimport", ()):
        sys.path.append(folder)
        importlib.import_module(name)
        sys.path.remove(folder)
    zygote = Zygote(policy)
    program.rehearse(_REHEARSALS)
    mains.rehearse(_REHEARSALS)
    random.seed(0)
    gc.collect()
    fill_holes()
    gc.disable()
    gc.freeze()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        zygote.serve()
    finally:  # the owner does it too, but may have been killed
        if policy.get("own_scratch"):
            remove_folder(policy["scratch"])
