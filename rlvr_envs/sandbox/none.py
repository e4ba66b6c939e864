"""Launcher ``none``: a plain child process with time and (on Linux) memory limits, and no isolation whatsoever.

For macOS and for debugging, chosen by name alone.  A program can read, write and send what you can.  What stays true:
expected values are not in the process that runs the program.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

from rlvr_envs.sandbox.base import Level
from rlvr_envs.sandbox.launch import (
    CommandLauncher,
    LaunchSpec,
    find_interpreter,
    guest_command,
    guest_environment,
    new_scratch,
)
from rlvr_envs.sandbox.packages import find_packages


class NoneLauncher(CommandLauncher):
    """Runs the guest with nothing around it; warns when made."""

    name = "none"
    promises: Level = "none"

    def __init__(self, *, packages: Sequence[str] = ()) -> None:
        """Warns."""
        super().__init__(packages=packages)
        text = "backend 'none' runs programs without any isolation: use it for trusted code alone"
        warnings.warn(text, UserWarning, stacklevel=3)

    def spec(self) -> LaunchSpec:
        """Returns the command of the guest itself."""
        packages = find_packages(self.packages)
        scratch = new_scratch()
        measures = ("namespaces", "net_namespace", "landlock", "drop_capabilities", "seccomp")
        policy = {**dict.fromkeys(measures, False), "landlock_read": [], "landlock_write": [], "scratch": scratch}
        policy |= {"own_scratch": True, "preimport": [[package.name, package.folder] for package in packages]}
        environment = guest_environment(scratch, self.packages)
        return LaunchSpec(guest_command(find_interpreter().executable), environment, policy, scratch)

    def features(self, found: Mapping[str, bool | str]) -> dict[str, bool | str]:
        """Adds that there are no namespaces."""
        return {"namespaces": False, **found}

    def level(self, features: Mapping[str, bool | str]) -> Level:
        """Returns ``none``."""
        return "none"
