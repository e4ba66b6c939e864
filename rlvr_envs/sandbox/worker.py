"""One guest as the trusted side sees it: records to and from its process, and the program that runs in it now.

Bytes from the guest are hostile: records are bounded by the buffer of the zygote, frames by what the program may answer.
"""

from __future__ import annotations

import json
import select
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rlvr_envs.errors import InfraError, SandboxUnavailable
from rlvr_envs.sandbox.guest import codec, wire
from rlvr_envs.sandbox.launch import Launcher, greeting

_START_SECONDS = 30.0  # from a launch, or from handing a program over, to the first sign of life
_END_SECONDS = 1.0
_GRACE_SECONDS = 5.0  # after this the zygote itself must be stuck
_MAX_RECORD = 1 << 16


class WorkerDied(InfraError):
    """Raised when a guest ended, or said something that no zygote says, while a program was with it.

    ``program_began`` tells whether the program's own code may have run before, so that it may be at fault.
    """

    def __init__(self, text: str, *, program_began: bool = False) -> None:
        """Keeps both."""
        super().__init__(text)
        self.program_began = program_began


class Silence(WorkerDied):
    """Raised when a guest says nothing for too long."""


class Forgery(Exception):
    """Raised when a program's process wrote something that the guest's own code never writes."""


@dataclass(frozen=True)
class Ending:
    """How a program's process ended, as measured by the zygote: exit code (negative: a signal), why it was ended, resources."""

    code: int
    reason: str
    wall_s: float
    cpu_s: float
    max_rss_mib: float


class Worker:
    """A running guest; used by one thread at a time.

    Raises:
        SandboxUnavailable: The guest did not start; the text holds what it said and what would help.
    """

    def __init__(self, launcher: Launcher) -> None:
        """Starts the guest and waits for its hello."""
        self.served = 0
        self._buffer = bytearray()
        try:
            self._guest = launcher.start()
        except OSError as error:
            raise SandboxUnavailable(f"backend {launcher.name!r} cannot start a guest: {error}; {launcher.help()}") from error
        self._reading, self._writing = self._guest.reading, self._guest.writing
        self._poll = select.poll()
        self._poll.register(self._reading, select.POLLIN)
        try:
            self._write(greeting(self._guest.policy))
            kind, body = self._record(time.monotonic() + _START_SECONDS)
            hello = json.loads(body) if kind == wire.HELLO else {"features": {"failure": "no hello"}}
        except (WorkerDied, ValueError) as error:
            self.kill()
            raise SandboxUnavailable(f"backend {launcher.name!r} does not start here: {error}; {launcher.help()}") from error
        except BaseException:
            self.kill()
            raise
        self.python = str(hello.get("python", ""))
        self.features: Mapping[str, bool | str] = hello["features"]
        if "failure" in self.features:
            self.kill()
            raise SandboxUnavailable(f"backend {launcher.name!r} fails here: {self.features['failure']}; {launcher.help()}")

    def start(self, limits: wire.Limits, payload: bytes) -> None:
        """Hands a program over."""
        self.served += 1
        self._buffer.clear()
        self._write(wire.record(wire.PROGRAM, wire.LIMITS.pack(*limits)) + payload)

    def send(self, kind: int, body: bytes = b"") -> None:
        """Sends a record about the running program."""
        self._write(wire.record(kind, body))

    def receive(self, deadline: float) -> tuple[int, bytes]:
        """Returns the next record of the running program.

        Raises:
            WorkerDied: The guest ended, or is silent past ``deadline`` (monotonic seconds).
        """
        return self._record(deadline)

    def has_ended(self) -> bool:
        """Whether the guest ends by itself within a second and says nothing more."""
        try:
            self._record(time.monotonic() + _END_SECONDS)
        except Silence:
            return False
        except WorkerDied:
            return True
        return False

    def kill(self) -> None:
        """Ends the guest and everything in it; idempotent."""
        self._guest.close()

    def interrupt(self) -> None:
        """Ends the guest from any thread, so that one which waits for it gets :class:`WorkerDied`."""
        self._guest.interrupt()

    def _write(self, data: bytes) -> None:
        """Sends all of ``data``; what the guest says meanwhile is taken, so that neither waits for the other for ever."""
        view = memoryview(data)
        deadline = time.monotonic() + _START_SECONDS
        try:
            while view:
                count = self._guest.write(view)
                view = view[count:]
                if not count:
                    self._await_room(deadline)
        except OSError as error:
            raise WorkerDied(self._last_words()) from error

    def _await_room(self, deadline: float) -> None:
        poll = select.poll()
        poll.register(self._reading, select.POLLIN)
        poll.register(self._writing, select.POLLIN | select.POLLOUT if self._writing == self._reading else select.POLLOUT)
        found = dict(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))
        if not found:
            raise Silence("the guest takes nothing")
        if found.get(self._reading, 0) & ~select.POLLOUT and not self._guest.read(self._buffer):
            raise WorkerDied(self._last_words())

    def _record(self, deadline: float) -> tuple[int, bytes]:
        self._fill(wire.RECORD.size, deadline)
        kind, size = wire.RECORD.unpack_from(self._buffer)
        if size > _MAX_RECORD:
            raise WorkerDied(f"the guest sent a record of {size} bytes")
        total = wire.RECORD.size + size
        self._fill(total, deadline)
        body = bytes(self._buffer[wire.RECORD.size : total])
        del self._buffer[:total]
        return kind, body

    def _fill(self, count: int, deadline: float) -> None:
        while len(self._buffer) < count:
            if not self._poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise Silence("the guest is silent")
            try:
                more = self._guest.read(self._buffer)
            except OSError as error:
                raise WorkerDied(f"the connection to the guest broke: {error}") from error
            if not more:
                raise WorkerDied(self._last_words())

    def _last_words(self) -> str:
        said = self._guest.last_words().strip()
        return f"the guest ended: {said.splitlines()[-1]}" if said else "the guest ended"


class Conversation:
    """One program in a worker: its messages, its output, and how it ended.

    Args:
        worker: A worker that runs nothing.
        payload: What the program's process is told (``mode`` and the rest).
        limits: What it may use.
    """

    def __init__(self, worker: Worker, payload: Mapping[str, Any], limits: wire.Limits) -> None:
        """Starts the program."""
        data = json.dumps(dict(payload), separators=(",", ":")).encode()
        self._worker = worker
        self._frame_bytes = limits.frame_bytes + (1 << 16)
        self._seconds = limits.time_s + _GRACE_SECONDS
        self._deadline = time.monotonic() + _START_SECONDS
        self._replies = bytearray()
        self._began = False
        self.output = bytearray()
        self.trace = bytearray()
        self.ending: Ending | None = None
        worker.start(limits._replace(payload_bytes=len(data)), data)

    def message(self) -> list[Any] | None:
        """Returns the program's next message, None when its process has ended.

        Raises:
            Forgery: Something that the guest's own code never writes.
            WorkerDied: The worker failed.
        """
        while True:
            body = self._frame()
            if body is not None:
                return _parse_message(body)
            if self.ending is not None:
                if self._replies and not self.ending.reason:
                    raise Forgery("the last message is cut short")
                return None
            self._receive()

    def send(self, data: list[Any]) -> None:
        """Sends a request to the program."""
        self._worker.send(wire.DATA, wire.frame(codec.dumps(data)))

    def finish(self) -> Ending:
        """Waits for the end of the program's process, refusing further messages, and returns how it ended."""
        if self.message() is not None:
            raise Forgery("a message after the last one")
        assert self.ending is not None
        return self.ending

    def stop(self) -> Ending:
        """Ends the program now and returns how it ended."""
        if self.ending is None:
            self._worker.send(wire.KILL)
        while self.ending is None:
            self._replies.clear()
            self._receive()
        return self.ending

    def _frame(self) -> bytes | None:
        head = wire.FRAME.size
        if len(self._replies) < head:
            return None
        size = wire.FRAME.unpack_from(self._replies)[0]
        if size > self._frame_bytes:
            raise Forgery(f"a message of {size} bytes")
        if len(self._replies) < head + size:
            return None
        body = bytes(self._replies[head : head + size])
        del self._replies[: head + size]
        return body

    def _receive(self) -> None:
        try:
            kind, body = self._worker.receive(self._deadline)
        except WorkerDied as death:
            death.program_began = self._began or not isinstance(death, Silence)
            raise
        if kind == wire.FAILED:
            # The zygote ends after it has said this; where a program can write to its pipe, the program may have.
            raise WorkerDied(body.decode("utf-8", "replace"), program_began=self._began or not self._worker.has_ended())
        if not self._began:
            self._began, self._deadline = True, time.monotonic() + self._seconds
        takers: dict[int, Callable[[bytes], None]] = {
            wire.REPLY: self._replies.extend,
            wire.OUTPUT: self.output.extend,
            wire.TRACE: self.trace.extend,
            wire.EXIT: self._take_ending,
        }
        if kind not in takers:
            raise WorkerDied(f"the guest sent a record of kind {kind}", program_began=self._began)
        takers[kind](body)

    def _take_ending(self, body: bytes) -> None:
        if len(body) != wire.ENDING.size or body[4] >= len(wire.REASONS):
            raise WorkerDied("the guest's report cannot be read", program_began=self._began)
        code, reason, wall_s, cpu_s, max_rss_kib = wire.ENDING.unpack(body)
        self.ending = Ending(code, wire.REASONS[reason], wall_s, cpu_s, max_rss_kib / 1024)


def _parse_message(body: bytes) -> list[Any]:
    try:
        message = codec.parse(body)
    except codec.CodecError as error:
        raise Forgery(f"a message that cannot be read: {error}") from error
    if type(message) is not list or not message or type(message[0]) is not str:
        raise Forgery("a message that is not a named list")
    return message
