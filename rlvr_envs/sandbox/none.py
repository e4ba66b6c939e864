"""Launcher ``none``: a plain child process with time and (on Linux) memory limits, and no isolation whatsoever.

For macOS and for debugging, chosen by name alone.  A program can read, write and send what you can.  What stays true:
expected values are not in the process that runs the program.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Mapping

from rlvr_envs.sandbox.base import Level
from rlvr_envs.sandbox.launch import Launcher, LaunchSpec, find_interpreter, guest_command, guest_environment


class NoneLauncher(Launcher):
    """Runs the guest with nothing around it; warns when made."""

    name = "none"

    def __init__(self) -> None:
        """Warns."""
        text = "backend 'none' runs programs without any isolation: use it for trusted code alone"
        warnings.warn(text, UserWarning, stacklevel=3)

    def spec(self) -> LaunchSpec:
        """Returns the command of the guest itself."""
        scratch = tempfile.mkdtemp(prefix="rlvr-")
        measures = ("namespaces", "net_namespace", "landlock", "drop_capabilities", "seccomp")
        policy = {**dict.fromkeys(measures, False), "landlock_read": [], "landlock_write": [], "scratch": scratch}
        return LaunchSpec(guest_command(find_interpreter().executable), guest_environment(scratch), policy, scratch)

    def level(self, features: Mapping[str, bool | str]) -> Level:
        """Returns ``none``."""
        return "none"
