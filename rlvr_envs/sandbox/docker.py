"""Launcher ``docker``: the guest is the process of a warm, hardened container, reached over the attached stream.

Covered: no network, a read-only image that holds the interpreter alone, no capabilities, no new privileges, limits on memory,
CPU and processes for the container, a size-capped ``/tmp``; on top of that the in-child measures of ``direct`` for each program.
A program shares the container's process namespace and ``/tmp`` with those before it: it can start no process, may look only
where Landlock lets it, and ``/tmp`` is emptied after it.  Not covered: kernel bugs, side channels, and whoever controls the
Docker daemon.

The container goes when its owner does, whatever way: its stdin ends, so the guest ends, and the daemon removes it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Level
from rlvr_envs.sandbox.container import ContainerProcess, connection, explain
from rlvr_envs.sandbox.image import image_name, make_command
from rlvr_envs.sandbox.launch import Launcher, guest_command, guest_environment, preimports
from rlvr_envs.sandbox.packages import PACKAGE_FOLDER, find_packages
from rlvr_envs.sandbox.process import GuestProcess

_STRONG = ("no_network", "no_new_processes", "no_new_privs", "rlimits", "landlock", "capabilities_dropped", "seccomp")
_NOBODY = "65534:65534"
_MEMORY_MIB, _SCRATCH_MIB = 2048, 64
_HARDENED: Mapping[str, Any] = {
    "network_mode": "none",
    "read_only": True,
    "mem_limit": f"{_MEMORY_MIB}m",
    "memswap_limit": f"{_MEMORY_MIB}m",
    "nano_cpus": 1_000_000_000,
    "pids_limit": 128,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "tmpfs": {"/tmp": f"rw,noexec,nosuid,nodev,size={_SCRATCH_MIB}m,mode=700,uid=65534,gid=65534"},
    "ipc_mode": "none",
    "auto_remove": True,
}


class DockerLauncher(Launcher):
    """Starts one container for each worker, from the image of :mod:`.image` or the one that ``RLVR_DOCKER_IMAGE`` names."""

    name = "docker"
    promises: Level = "strong"
    runtime: str | None = None

    def start(self) -> GuestProcess:
        """Starts a container."""
        with connection() as client:
            return self._start(client)

    def _start(self, client: Any) -> GuestProcess:
        import docker

        api = client.api
        image = os.environ.get("RLVR_DOCKER_IMAGE") or image_name(self.packages)
        command = guest_command("python3")
        limits = [docker.types.Ulimit(name=name, soft=n, hard=n) for name, n in (("nofile", 1024), ("core", 0))]
        try:
            created = api.create_container(
                image,
                command=list(command[1:]),
                entrypoint=[command[0]],
                environment=self._environment(),
                user=_NOBODY,
                working_dir="/",
                hostname="sandbox",
                stdin_open=True,
                labels={"rlvr.sandbox": "worker", "rlvr.owner": str(os.getpid())},
                host_config=api.create_host_config(ulimits=limits, runtime=self.runtime, **_HARDENED),
                use_config_proxy=False,
            )
        except docker.errors.ImageNotFound as error:
            find_packages(self.packages)  # or the remedy would fail in its turn
            remedy = f"make it with `{make_command(self.packages)}`"
            raise SandboxUnavailable(f"the Docker image {image!r} does not exist; {remedy}") from error
        except docker.errors.APIError as error:
            raise SandboxUnavailable(f"the Docker daemon refused a container: {explain(error)}") from error
        return ContainerProcess(client, created["Id"], self.policy())

    def _environment(self) -> dict[str, str]:
        environment = guest_environment("/tmp", self.packages)
        environment.pop("LD_LIBRARY_PATH", None)  # of this machine
        return environment

    def policy(self) -> dict[str, Any]:
        """Returns what the guest does for each program."""
        return {
            "namespaces": False,
            "net_namespace": False,
            "landlock": True,
            "landlock_read": ["/usr", "/lib", "/lib64", PACKAGE_FOLDER, "/dev/urandom", "/dev/zero"],
            "landlock_write": ["/dev/null", "/tmp"],
            "drop_capabilities": True,
            "seccomp": True,
            "scratch": "/tmp",
            "preimport": preimports(self.packages, PACKAGE_FOLDER),
        }

    def features(self, found: Mapping[str, bool | str]) -> dict[str, bool | str]:
        """Adds the container, which the daemon made as asked or not at all."""
        return {"namespaces": True, "container": True, **found}

    def level(self, features: Mapping[str, bool | str]) -> Level:
        """Returns ``strong`` when every measure is in force, ``weak`` when the container alone holds."""
        return "strong" if all(features.get(name) for name in _STRONG) else "weak"

    def help(self) -> str:
        """Returns the usual remedies."""
        kernel = "" if sys.platform == "linux" else " (of the virtual machine that runs Docker)"
        image = f"make the image anew with `{make_command(self.packages)}`"
        return f"{image}; Landlock needs Linux 5.13 or newer{kernel}"
