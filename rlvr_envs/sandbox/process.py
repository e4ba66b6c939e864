"""A guest's process as a worker reaches it: bytes to it, bytes from it, its end.  One local implementation is here.

A backend that reaches its guest in another way (the stream of a container, say) gives another :class:`GuestProcess`.  A
guest ends when its stdin does, so that none outlives its owner, even one that is killed; in a forked copy of the owner all guests
are let go of, since they are the parent's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

from rlvr_envs.sandbox.guest.folders import remove_folder

_CHUNK = 1 << 17
_LAST_WORDS = 2000
_END_SECONDS = 1.0


class GuestProcess(ABC):
    """A started guest.

    Used by one thread at a time, but for :meth:`interrupt`.  ``policy`` is what its zygote is told (see ``guest.hardening``).
    """

    def __init__(self, policy: Mapping[str, Any]) -> None:
        """Keeps the policy and sees to it that a fork lets go of this guest; called last, when it has started."""
        self.policy = policy
        _started.add(self)

    @property
    @abstractmethod
    def reading(self) -> int:
        """A descriptor that can be polled: readable when :meth:`read` has something to take, or at the guest's end."""

    @property
    @abstractmethod
    def writing(self) -> int:
        """A descriptor that can be polled: writable when :meth:`write` can go on."""

    @abstractmethod
    def write(self, data: memoryview) -> int:
        """Writes some of ``data`` and returns how many bytes; 0 when it would have to wait.

        Raises:
            OSError: The guest is gone.
        """

    @abstractmethod
    def read(self, buffer: bytearray) -> bool:
        """Appends what has arrived from the guest's stdout to ``buffer``; returns False at its end.

        Raises:
            OSError: The connection broke.
        """

    @abstractmethod
    def interrupt(self) -> None:
        """Ends the guest at once, from any thread, but keeps the descriptors: whoever polls them sees the end."""

    @abstractmethod
    def close(self) -> None:
        """Ends the guest and everything in it, waits for that and frees all it used; idempotent."""

    def forget(self) -> None:
        """Closes this process's descriptors alone: for a forked copy of the owner."""
        _started.discard(self)

    @abstractmethod
    def last_words(self) -> str:
        """Returns the end of what the guest said on stderr."""


class LocalProcess(GuestProcess):
    """A guest that is a child process, reached by two pipes."""

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str], policy: Mapping[str, Any], scratch: str | None = None
    ) -> None:
        """Starts ``argv`` with ``env`` as its whole environment.

        Args:
            argv: The command.
            env: Its environment.
            policy: What its zygote is told.
            scratch: A folder that belongs to this guest and is deleted after it, also if it does not start.

        Raises:
            OSError: It cannot be started.
        """
        self._scratch = scratch
        self._stderr: IO[bytes] | None = None
        try:
            self._stderr = _nameless_file()
            self._process = subprocess.Popen(
                argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env=dict(env),
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the caller, who then closes the guest
                bufsize=0,
            )
        except OSError:
            if self._stderr is not None:
                self._stderr.close()
            self._remove_scratch()
            raise
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to_guest, self._from_guest = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to_guest, False)
        self._ending = threading.Lock()  # the number of a process that was waited for may be another's already
        super().__init__(policy)

    @property
    def pid(self) -> int:
        """The number of the child process."""
        return self._process.pid

    @property
    def scratch(self) -> str | None:
        """The folder that is deleted after this guest."""
        return self._scratch

    @property
    def reading(self) -> int:
        """The end of the guest's stdout."""
        return self._from_guest

    @property
    def writing(self) -> int:
        """The end of the guest's stdin."""
        return self._to_guest

    def write(self, data: memoryview) -> int:
        """Writes to the guest's stdin; see :meth:`GuestProcess.write`."""
        try:
            return os.write(self._to_guest, data)
        except BlockingIOError:
            return 0

    def read(self, buffer: bytearray) -> bool:
        """Reads from the guest's stdout; see :meth:`GuestProcess.read`."""
        chunk = os.read(self._from_guest, _CHUNK)
        buffer += chunk
        return bool(chunk)

    def interrupt(self) -> None:
        """Kills the process group.

        A guest with a scratch folder is told to end: it then deletes the folder itself, as this process may be killed before it
        comes to that.
        """
        self._signal(signal.SIGKILL if self._scratch is None else signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        with self._ending, suppress(ProcessLookupError, PermissionError):
            if self._process.returncode is None:
                os.killpg(self._process.pid, number)

    def close(self) -> None:
        """Ends the process group, waits for the child and deletes the scratch folder."""
        self.interrupt()
        if self._scratch is not None:
            with suppress(subprocess.TimeoutExpired), self._ending:
                self._process.wait(_END_SECONDS)
            self._signal(signal.SIGKILL)
        with self._ending:
            self._process.wait()
        self.forget()
        self._remove_scratch()

    def forget(self) -> None:
        """Closes the pipes."""
        super().forget()
        if self._process.returncode is None:
            self._process.returncode = 0  # else its finalizer would wait for a process that is not its child
        for stream in (self._process.stdin, self._process.stdout, self._stderr):
            if stream is not None:
                stream.close()

    def last_words(self) -> str:
        """Returns the end of what the guest wrote to stderr."""
        with suppress(subprocess.TimeoutExpired), self._ending:  # it may still be about to say it
            self._process.wait(_END_SECONDS)
        assert self._stderr is not None
        size = os.fstat(self._stderr.fileno()).st_size
        said = os.pread(self._stderr.fileno(), _LAST_WORDS, max(0, size - _LAST_WORDS))
        return said.decode("utf-8", "replace")

    def _remove_scratch(self) -> None:
        if self._scratch is not None:
            _delete(self._scratch)


_undeleted: set[str] = set()


def _delete(folder: str) -> None:
    """Deletes a folder; one that cannot be deleted now (no file descriptors left) is tried again with the next."""
    _undeleted.add(folder)
    for path in list(_undeleted):
        remove_folder(path)
        if not os.path.lexists(path):
            _undeleted.discard(path)


def _nameless_file() -> IO[bytes]:
    """Returns a file of no folder, in memory where that can be had, so that a full or read-only disk does not matter."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("stderr"), "w+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)


_started: weakref.WeakSet[GuestProcess] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for guest in list(_started):
        guest.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
