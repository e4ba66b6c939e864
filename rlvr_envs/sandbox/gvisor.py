"""Launcher ``gvisor``: the guest on a kernel of its own in user space, by ``runsc`` or by Docker with ``runtime=runsc``.

The host's kernel is reached by gVisor alone, which makes this the strongest wall between programs and the host.  Inside, less
can be had: gVisor has no Landlock, so a program can read the ``/proc`` and ``/dev`` of its sandbox (and speak on the pipes of its
own guest, which gains nothing), and no process namespace of its own.  Covered: no network, a read-only view that holds the
interpreter and system libraries alone, no new processes (seccomp), no capabilities, a size-capped ``/tmp`` that is emptied after
each program.  Level: ``weak``, since one wall of several is missing.
Each program costs about ten times what it does under ``bwrap``.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from typing import Any

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Level
from rlvr_envs.sandbox.container import connection
from rlvr_envs.sandbox.docker import DockerLauncher
from rlvr_envs.sandbox.launch import (
    CommandLauncher,
    LaunchSpec,
    find_interpreter,
    guest_command,
    guest_environment,
    new_scratch,
    preimports,
)
from rlvr_envs.sandbox.packages import PACKAGE_FOLDER, find_packages
from rlvr_envs.sandbox.process import GuestProcess

_NEEDED = ("no_network", "no_new_processes", "no_new_privs", "rlimits", "capabilities_dropped", "seccomp")
_SCRATCH_MIB = 64
_NAMESPACES = ("pid", "network", "ipc", "uts", "mount")


class GvisorLauncher(CommandLauncher):
    """Runs the guest under ``runsc`` where it is installed, else in Docker where the daemon knows that runtime."""

    name = "gvisor"
    promises: Level = "weak"

    def start(self) -> GuestProcess:
        """Starts a sandbox of gVisor."""
        if sys.platform == "linux" and shutil.which("runsc"):
            return super().start()
        try:
            with connection() as client:
                runtimes = client.info()["Runtimes"]
        except SandboxUnavailable as error:
            raise SandboxUnavailable(f"runsc was not found, and {error}; {self.help()}") from error
        if "runsc" not in runtimes:
            raise SandboxUnavailable(f"neither is runsc found here nor does the Docker daemon know it; {self.help()}")
        return _ContainerInGvisor(packages=self.packages).start()

    def spec(self) -> LaunchSpec:
        """Writes the description of a sandbox to a new folder and returns the command that runs it.

        The sandbox has the folder for its state as well; a shell removes it at the end, whoever else is gone by then.
        """
        interpreter, packages = find_interpreter(), find_packages(self.packages)
        mounts = [_mount(os.path.realpath(folder), folder) for folder in interpreter.folders]
        mounts += [_mount(interpreter.executable, interpreter.executable)]
        mounts += [{"destination": hidden, "type": "tmpfs", "options": ["ro"]} for hidden in interpreter.third_party]
        mounts += [_mount(path, f"{PACKAGE_FOLDER}/{os.path.basename(path)}") for package in packages for path in package.paths]
        scratch_options = ["noexec", "nosuid", "nodev", "mode=700", f"size={_SCRATCH_MIB}m"]
        mounts += [{"destination": "/tmp", "type": "tmpfs", "options": scratch_options}]
        process = {
            "user": {"uid": 0, "gid": 0},  # of a kernel that is the sandbox's own; programs drop their capabilities
            "args": guest_command(interpreter.executable),
            "env": [f"{name}={value}" for name, value in guest_environment("/tmp", self.packages).items()],
            "cwd": "/",
            "noNewPrivileges": True,
            "capabilities": {},
        }
        folder = new_scratch()
        description = {
            "ociVersion": "1.0.0",
            "process": process,
            "root": {"path": "root", "readonly": True},
            "hostname": "sandbox",
            "mounts": mounts,
            "linux": {"namespaces": [{"type": kind} for kind in _NAMESPACES]},
        }
        os.mkdir(os.path.join(folder, "root"))
        with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
            json.dump(description, file)
        run = ["runsc", "--root", os.path.join(folder, "state"), "--network=none"]
        run += [] if os.geteuid() == 0 else ["--rootless"]
        run += ["run", "--bundle", folder, os.path.basename(folder)]
        argv = ("/bin/sh", "-c", '"$@"; exec rm -rf "$0"', folder, *run)
        return LaunchSpec(
            argv, {"PATH": os.environ.get("PATH", os.defpath)}, _policy(preimports(self.packages, PACKAGE_FOLDER)), folder
        )

    def features(self, found: Mapping[str, bool | str]) -> dict[str, bool | str]:
        """Adds the kernel in user space, without which the guest would not have started."""
        return {"namespaces": True, "user_space_kernel": True, **found}

    def level(self, features: Mapping[str, bool | str]) -> Level:
        """Returns ``weak`` when the measures hold that this launcher promises, else ``none``."""
        return "weak" if all(features.get(name) for name in _NEEDED) else "none"

    def help(self) -> str:
        """Returns the usual remedies."""
        return "install runsc (apt-get install runsc, or https://gvisor.dev) or add it to the runtimes of Docker"


class _ContainerInGvisor(DockerLauncher):
    """A container as :class:`DockerLauncher` makes it, on gVisor."""

    runtime = "runsc"


def _mount(source: str, target: str) -> dict[str, Any]:
    return {"destination": target, "type": "bind", "source": source, "options": ["ro", "rbind"]}


def _policy(preimport: list[list[str]]) -> dict[str, Any]:
    return {
        "namespaces": False,
        "net_namespace": True,
        "landlock": False,
        "landlock_read": [],
        "landlock_write": [],
        "drop_capabilities": True,
        "seccomp": True,
        "scratch": "/tmp",
        "preimport": preimport,
    }
