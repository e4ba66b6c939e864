"""Kernel measures around one program's process, by ctypes: namespaces, private /tmp, rlimits, Landlock, capabilities, seccomp.

:class:`Hardening` is prepared once in the zygote; :meth:`Hardening.before_fork` and :meth:`Hardening.enter` then cost about
a millisecond a program.  Which measures are tried is the launcher's policy; what is in force is returned by ``enter`` and never
assumed.  Not covered: bugs of the kernel itself and side channels.
"""

from __future__ import annotations

import ctypes
import fcntl
import math
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from . import seccomp
from .wire import Limits

Features = dict[str, Any]

_CLONE_NEWNS, _CLONE_NEWPID = 0x00020000, 0x20000000
_MS_NOSUID, _MS_NODEV, _MS_REC, _MS_PRIVATE = 0x2, 0x4, 0x4000, 0x40000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_PIDFD_GET_MNT_NAMESPACE = 0xFF03  # an ioctl
_CAPABILITY_VERSION_3 = 0x20080522
_OTHER_PROCESSES = 3  # of the user namespace: its first one, the zygote, the process that waits for the next program
_LIMITED = (
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_NOFILE,
    resource.RLIMIT_CORE,
    resource.RLIMIT_CPU,
    resource.RLIMIT_AS,
    resource.RLIMIT_NPROC,
)

# Landlock has the same numbers on every architecture.
_SYS_CREATE_RULESET, _SYS_ADD_RULE, _SYS_RESTRICT_SELF = 444, 445, 446
_READ = 0b1100  # READ_FILE, READ_DIR
_FILE_WRITE = 0b10  # WRITE_FILE
_FILE_ONLY = 0b1100_0000_0000_0111  # rights that make sense for a file: execute, write, read, truncate, ioctl
_FILESYSTEM_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # ABI -> number of rights that it knows
_EXECUTE_AND_DEVICES = 0b1 | 1 << 6 | 1 << 11 | 1 << 15  # never granted


class HardeningError(OSError):
    """Raised when a measure that was in force before cannot be put in force now."""


class Hardening:
    """The measures of one worker.

    Args:
        policy: ``namespaces`` (bool), ``landlock_read`` and ``landlock_write`` (paths), ``landlock``, ``seccomp`` and
            ``drop_capabilities`` (bool), ``scratch`` (the folder that a program may write to).  Optional: ``own`` (with
            namespaces, the folder in which each program gets a file system of its own; it holds the scratch folder) and
            ``stdin_path`` (a file there to which ``/dev/stdin`` leads, where there is no ``/proc``).
    """

    def __init__(self, policy: Mapping[str, Any]) -> None:
        """Prepares everything that can be shared by all programs of the worker."""
        self._policy = policy
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._linux = sys.platform == "linux"
        self._own_pidfd = -1
        self._landlock_abi = 0
        self._ruleset = -1
        self._filter = b""
        self._hard = {kind: resource.getrlimit(kind)[1] for kind in _LIMITED}
        self.scratch = str(policy["scratch"])
        self._own = str(policy.get("own", self.scratch))
        self.stdin_path = str(policy.get("stdin_path", ""))
        if self._linux:
            _ = self._libc.capset  # looked up now, not once in each process
            self._check(self._libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "PR_SET_DUMPABLE")
            self._prepare()

    def _prepare(self) -> None:
        if self._policy["namespaces"]:
            self._own_pidfd = os.pidfd_open(os.getpid())
            self._mount(None, "/", None, _MS_REC | _MS_PRIVATE, None)  # a program's mounts must not come back here
        if self._policy["landlock"]:
            self._landlock_abi = max(0, int(self._libc.syscall(_SYS_CREATE_RULESET, None, 0, 1)))
        if self._landlock_abi:
            # Out of the way of the descriptors 0 to 4 that a program gets.
            self._ruleset = fcntl.fcntl(self._build_ruleset(), fcntl.F_DUPFD_CLOEXEC, 128)
        architecture = seccomp.ARCHITECTURES.get(os.uname().machine)
        if self._policy["seccomp"] and architecture is not None and sys.maxsize > 2**32:
            # Without a view of its own that is read-only, a program could change the modes of this user's files anywhere.
            without = () if self._policy["namespaces"] else seccomp.METADATA
            self._filter = seccomp.build_filter(architecture, without=without)

    def before_fork(self) -> None:
        """Gives the next child a process namespace of its own.

        Raises:
            HardeningError: The kernel refused.
        """
        if self._policy["namespaces"]:
            self._check(self._libc.setns(self._own_pidfd, _CLONE_NEWPID), "setns")
            self._check(self._libc.unshare(_CLONE_NEWPID), "unshare(NEWPID)")

    def hold_mounts(self, pidfd: int) -> int:
        """Returns a descriptor that keeps the mount namespace of a process; where there is none to be had, one of something else.

        While somebody holds it, the process can end without waiting for the kernel to take its mounts apart, which takes as long
        as every processor needs to come by.
        """
        try:
            return fcntl.ioctl(pidfd, _PIDFD_GET_MNT_NAMESPACE, 0) if self._policy["namespaces"] else os.dup(0)
        except OSError:  # before Linux 6.11, or the process has ended
            return os.dup(0)

    def enter(self, files_mib: int, *, keep: int) -> Features:
        """Puts all measures that no program's own limits change in force for this (freshly forked) process; returns what holds.

        The working folder becomes the scratch folder; file descriptors above ``keep`` are closed.

        Raises:
            HardeningError: The kernel refused a measure that it should have.
        """
        namespaces = bool(self._policy["namespaces"])
        if self._linux:  # without a process namespace nothing else ends a program whose zygote was killed
            self._check(self._libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "PR_SET_PDEATHSIG")
        if namespaces:
            self._check(self._libc.unshare(_CLONE_NEWNS), "unshare(NEWNS)")
            options = f"size={files_mib}m,nr_inodes=2k,mode=700".encode()
            self._mount("tmpfs", self._own, "tmpfs", _MS_NOSUID | _MS_NODEV, options)
            if self._own != self.scratch:
                os.mkdir(self.scratch, 0o700)
        os.chdir(self.scratch)
        self._lower(resource.RLIMIT_NOFILE, 64)
        self._lower(resource.RLIMIT_CORE, 0)
        features: Features = {
            "pid_namespace": namespaces,
            "private_tmpfs": namespaces,
            "rlimits": True,
            "no_new_privs": False,
            "landlock": False,
            "capabilities_dropped": False,
            "seccomp": False,
        }
        if self._linux and self._policy["drop_capabilities"]:
            self._drop_rights(features)
        os.closerange(keep + 1, 1024)
        if self._linux and self._filter:
            seccomp.install(self._libc, self._filter)
            features["seccomp"] = True
        return features

    def limit(self, limits: Limits) -> None:
        """Puts the limits of one program in force for this process, which has entered."""
        self._lower(resource.RLIMIT_CPU, math.ceil(limits.cpu_s))
        self._lower(resource.RLIMIT_AS, int(limits.memory_mib * (1 << 20)))
        self._lower(resource.RLIMIT_FSIZE, limits.files_mib << 20)
        if self._policy["namespaces"]:  # elsewhere the kernel would count all processes of this user
            self._lower(resource.RLIMIT_NPROC, limits.processes + _OTHER_PROCESSES)

    def _lower(self, kind: int, value: int) -> None:
        """Lowers a limit of this process, soft and hard alike; none is ever raised."""
        hard = self._hard[kind]
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):
            if self._linux:  # macOS takes no RLIMIT_AS; the backend that runs there promises no memory limit
                raise

    def _drop_rights(self, features: Features) -> None:
        self._check(self._libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
        features["no_new_privs"] = True
        if self._landlock_abi:
            self._check(self._libc.syscall(_SYS_RESTRICT_SELF, self._ruleset, 0), "landlock_restrict_self")
            features["landlock"] = f"ABI {self._landlock_abi}"
        self._check(self._libc.capset(struct.pack("Ii", _CAPABILITY_VERSION_3, 0), bytes(24)), "capset")
        features["capabilities_dropped"] = True

    def _build_ruleset(self) -> int:
        """Returns a Landlock ruleset: read below some paths, write below others, no TCP, no signals to the outside.

        A rule belongs to a folder and not to what is mounted on it later: where each program gets a scratch folder of its own,
        the policy names the folder above.
        """
        rights = (1 << _FILESYSTEM_RIGHTS.get(self._landlock_abi, 16)) - 1
        handled = struct.pack("QQQ", rights, 0b11, 0b11)  # files; TCP bind and connect; abstract sockets and signals
        size = 8 if self._landlock_abi < 4 else 16 if self._landlock_abi < 6 else 24
        ruleset = int(self._libc.syscall(_SYS_CREATE_RULESET, handled, ctypes.c_size_t(size), 0))
        self._check(ruleset, "landlock_create_ruleset")
        write = rights & ~_EXECUTE_AND_DEVICES
        self._allow(ruleset, self._policy["landlock_read"], _READ)
        self._allow(ruleset, self._policy["landlock_write"], write)
        return ruleset

    def _allow(self, ruleset: int, paths: Iterable[str], rights: int) -> None:
        for path in paths:
            try:
                fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            try:
                granted = rights if os.path.isdir(path) else rights & _FILE_ONLY
                rule = ctypes.create_string_buffer(struct.pack("=Qi", granted, fd), 12)
                self._check(self._libc.syscall(_SYS_ADD_RULE, ruleset, 1, rule, 0), f"landlock rule for {path}")
            finally:
                os.close(fd)

    def _mount(self, source: str | None, target: str, kind: str | None, flags: int, options: bytes | None) -> None:
        encoded = [None if text is None else text.encode() for text in (source, target, kind)]
        self._check(self._libc.mount(*encoded, ctypes.c_ulong(flags), options), f"mount {target}")

    def _check(self, result: int, what: str) -> None:
        if result < 0:
            number = ctypes.get_errno()
            raise HardeningError(number, f"{what}: {os.strerror(number)}")
