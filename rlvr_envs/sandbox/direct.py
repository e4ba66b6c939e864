"""Launcher ``direct``: no namespaces, the in-child measures alone (Landlock, seccomp, rlimits, no capabilities).

Works without any helper program, inside unprivileged containers as well.  Covered: no network, no new processes, no signals to or
traces of others, files readable below the interpreter's own folders only, writing in a scratch folder only (``/tmp`` itself is
closed, ``TMPDIR`` is set).  Not covered, and so level ``weak``: the total size of the scratch folder (only of each file), kernel
bugs, side channels.
"""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterator, Mapping

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Level
from rlvr_envs.sandbox.launch import (
    CommandLauncher,
    Interpreter,
    LaunchSpec,
    find_interpreter,
    guest_command,
    guest_environment,
    new_scratch,
)
from rlvr_envs.sandbox.packages import find_packages

_NEEDED = ("rlimits", "no_new_privs", "capabilities_dropped", "landlock", "seccomp", "no_network", "no_new_processes")
_READABLE_DEVICES = ("/dev/urandom", "/dev/zero", "/usr/share/zoneinfo", "/etc/ld.so.cache")


class DirectLauncher(CommandLauncher):
    """Runs the guest as a plain child process of this one."""

    name = "direct"
    promises: Level = "weak"

    def spec(self) -> LaunchSpec:
        """Returns the command of the guest itself, in a new scratch folder."""
        if sys.platform != "linux":
            raise SandboxUnavailable(
                f"backend 'direct' needs Linux (seccomp, Landlock), this is {sys.platform}; choose backend='docker', or "
                "backend='none', which runs programs without any isolation"
            )
        interpreter, packages = find_interpreter(), find_packages(self.packages)
        own = [path for package in packages for path in package.paths]
        scratch = new_scratch()
        policy = {
            "namespaces": False,
            "net_namespace": False,
            "landlock": True,
            "landlock_read": [*_readable(interpreter), *_READABLE_DEVICES, *own],
            "landlock_write": ["/dev/null", scratch],
            "drop_capabilities": True,
            "seccomp": True,
            "scratch": scratch,
            "own_scratch": True,
            "preimport": [[package.name, package.folder] for package in packages],
        }
        environment = guest_environment(scratch, self.packages)
        return LaunchSpec(guest_command(interpreter.executable), environment, policy, scratch)

    def features(self, found: Mapping[str, bool | str]) -> dict[str, bool | str]:
        """Adds that there are no namespaces."""
        return {"namespaces": False, **found}

    def level(self, features: Mapping[str, bool | str]) -> Level:
        """Returns ``weak`` when the measures hold that this launcher promises, else ``none``."""
        return "weak" if all(features.get(name) for name in _NEEDED) else "none"

    def help(self) -> str:
        """Returns the usual remedies."""
        return "Landlock needs Linux 5.13 or newer (and lsm=...,landlock at boot), seccomp x86_64 or aarch64"


def _readable(interpreter: Interpreter) -> Iterator[str]:
    """Yields the interpreter's folders, entry by entry where site-packages lie among them (Landlock cannot take away)."""
    hidden = [os.path.realpath(path) for path in interpreter.third_party]
    pending = [os.path.realpath(folder) for folder in interpreter.folders]
    while pending:
        path = pending.pop()
        if path in hidden:
            continue
        if any(inner.startswith(path + os.sep) for inner in hidden):
            pending += [os.path.realpath(entry) for entry in glob.glob(os.path.join(glob.escape(path), "*"))]
        else:
            yield path
