"""What a launcher is: how to start the guest on this machine, and what then isolates it.

A backend is a :class:`Launcher` in one file.  It says which command starts the guest and which measures the guest takes
for each program (its *policy*); everything else is shared.
"""

from __future__ import annotations

import importlib.resources
import json
import os
import shutil
import sys
import sysconfig
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Level
from rlvr_envs.sandbox.guest import wire

_SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store")
_THIRD_PARTY = ("site-packages", "dist-packages")


@dataclass(frozen=True)
class LaunchSpec:
    """How one worker is started.

    ``env`` is the whole environment of the command.  ``policy`` goes to the guest (see ``guest.hardening``).  ``scratch`` is a
    folder that belongs to this worker alone and is deleted after it.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    policy: Mapping[str, Any]
    scratch: str | None = None


class Launcher(ABC):
    """Starts guests in one way; stateless."""

    name: str

    @abstractmethod
    def spec(self) -> LaunchSpec:
        """Returns how to start a worker.

        Raises:
            SandboxUnavailable: This way cannot be had on this machine; the text says what would help.
        """

    @abstractmethod
    def level(self, features: Mapping[str, bool | str]) -> Level:
        """Returns the level that the measures in force amount to."""

    def help(self) -> str:
        """Returns what to try when a worker does not start."""
        return ""


@dataclass(frozen=True)
class Interpreter:
    """The Python that runs guests: the base interpreter of this process, outside every virtual environment.

    ``folders`` hold all that it needs to run, ``third_party`` those among them (site-packages) that a program has no business
    to read.
    """

    executable: str
    folders: tuple[str, ...]
    third_party: tuple[str, ...]


@cache
def find_interpreter() -> Interpreter:
    """Returns the interpreter for guests.

    Raises:
        SandboxUnavailable: This process does not know its interpreter (an embedded Python).
    """
    executable = getattr(sys, "_base_executable", None) or sys.executable
    if not executable or not os.path.exists(executable):
        raise SandboxUnavailable("the Python interpreter of this process is unknown; set sys.executable to a CPython >= 3.10")
    base = {"platbase": sys.base_exec_prefix}  # a virtual environment's own is not where the library is
    stdlib = {sysconfig.get_path(name, vars=base) for name in ("stdlib", "platstdlib")}
    prefixes = {Path(prefix) for prefix in (sys.base_prefix, sys.base_exec_prefix)}
    libraries = {str(prefix / name) for prefix in prefixes for name in ("lib", "lib64")}
    folders = sorted(path for path in {*stdlib, *libraries, *_SYSTEM_LIBRARIES} if os.path.isdir(path))
    places = {*stdlib, *libraries, "/usr/lib/python3", "/usr/local/lib/python3"}
    hidden = sorted(path for place in places for name in _THIRD_PARTY if os.path.isdir(path := os.path.join(place, name)))
    return Interpreter(os.path.realpath(executable), tuple(folders), tuple(hidden))


def guest_command(executable: str) -> tuple[str, ...]:
    """Returns the command that starts the guest.

    Like ``-I -S``, with a fixed hash seed in the (otherwise empty) environment: ``-I`` would ignore it, and the order of a set
    printed by a program would differ from run to run.
    """
    return (executable, "-s", "-S", "-B", "-c", _sources()["boot"])


def guest_environment(home: str) -> dict[str, str]:
    """Returns the whole environment of a guest."""
    fixed = {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
    passed = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {**fixed, **passed}


@cache
def _sources() -> dict[str, str]:
    folder = importlib.resources.files("rlvr_envs.sandbox.guest")
    return {entry.name[:-3]: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".py")}


def greeting(policy: Mapping[str, Any]) -> bytes:
    """Returns the first bytes for a guest's stdin: its modules and its policy."""
    sources = {name: text for name, text in _sources().items() if name != "boot"}
    return wire.frame(json.dumps({"sources": sources, "policy": dict(policy)}).encode())


def remove_scratch(path: str) -> None:
    """Deletes a worker's folder, whatever its programs left there."""
    shutil.rmtree(path, ignore_errors=True)
