"""What a launcher is: how to start the guest on this machine, and what then isolates it.

A backend is a :class:`Launcher` in one file.  It starts the guest and says which measures the guest takes for each program
(its *policy*); everything else is shared.  Where a command of this machine starts the guest, a :class:`CommandLauncher` says
which.  A backend of another distribution is named by an entry point in the group ``rlvr.sandboxes``.
"""

from __future__ import annotations

import importlib.resources
import json
import os
import sys
import sysconfig
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Level
from rlvr_envs.sandbox.guest import wire
from rlvr_envs.sandbox.packages import SINGLE_THREADED, check_names
from rlvr_envs.sandbox.process import GuestProcess, LocalProcess

#: From the weakest to the strongest.
LEVELS: tuple[Level, ...] = ("none", "weak", "strong")

_SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store")
_THIRD_PARTY = ("site-packages", "dist-packages")
_DESCRIPTORS = 160  # that a guest must be allowed to have; it keeps some out of the way of its programs, above 128


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
    """Starts guests in one way.

    ``name`` is the backend's name and ``promises`` the least level that it is taken for: where it reaches less, it is
    refused unless less is asked for.
    """

    name: str
    promises: Level

    def __init__(self, *, packages: Sequence[str] = ()) -> None:
        """Takes the names of the third-party packages that programs may import."""
        self.packages = check_names(packages)

    @abstractmethod
    def start(self) -> GuestProcess:
        """Starts a guest, of which nothing is left once it was closed.

        Raises:
            SandboxUnavailable: This way cannot be had on this machine; the text says what would help.
            OSError: The machine has no room for it now.
        """

    @abstractmethod
    def level(self, features: Mapping[str, bool | str]) -> Level:
        """Returns the level that the measures in force amount to."""

    def features(self, found: Mapping[str, bool | str]) -> dict[str, bool | str]:
        """Returns the measures in force: those that the guest found, and those around it that it cannot see."""
        return dict(found)

    def help(self) -> str:
        """Returns what to try when a worker does not start."""
        return "`rlvr doctor` shows which backends work here"


class CommandLauncher(Launcher):
    """Starts guests by a command of this machine."""

    @abstractmethod
    def spec(self) -> LaunchSpec:
        """Returns how to start a worker.

        Raises:
            SandboxUnavailable: This way cannot be had on this machine; the text says what would help.
        """

    def start(self) -> GuestProcess:
        """Starts the command."""
        spec = self.spec()
        check_descriptors(self.name)
        return LocalProcess(spec.argv, spec.env, spec.policy, spec.scratch)


def check_descriptors(name: str) -> None:
    """Refuses to start a guest of this machine where a process may have too few file descriptors for one.

    Raises:
        SandboxUnavailable: With the number that there is and the one that is needed.
    """
    if sys.platform == "win32":
        return
    import resource

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit != resource.RLIM_INFINITY and limit < _DESCRIPTORS:
        raise SandboxUnavailable(
            f"backend {name!r} needs {_DESCRIPTORS} file descriptors for each process, this one may have {limit}; "
            f"raise the limit (ulimit -n {_DESCRIPTORS})"
        )


def check_level(launcher: Launcher, found: Mapping[str, bool | str], least: Level) -> None:
    """Refuses a guest that is less isolated than it must be; ``found`` are the measures that it found.

    Raises:
        SandboxUnavailable: With what is missing and what would help.
    """
    features = launcher.features(found)
    level = launcher.level(features)
    if LEVELS.index(level) < LEVELS.index(least):
        missing = ", ".join(name for name, value in features.items() if not value) or "nothing"
        lower = f"; level={level!r} accepts what there is" if level != "none" else ""
        text = f"backend {launcher.name!r} reaches level {level!r} here, less than {least!r} (not in force: {missing})"
        if LEVELS.index(launcher.promises) < LEVELS.index(least):  # no change to the machine would help
            raise SandboxUnavailable(f"{text}; it never reaches more than {launcher.promises!r}: choose another backend{lower}")
        raise SandboxUnavailable(f"{text}; {launcher.help()}{lower}")


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


def guest_environment(home: str, packages: Sequence[str] = ()) -> dict[str, str]:
    """Returns the whole environment of a guest whose programs may import ``packages``."""
    fixed = {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
    passed = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {**fixed, **passed, **(SINGLE_THREADED if packages else {})}


def preimports(packages: Sequence[str], folder: str) -> list[list[str]]:
    """Returns the entry ``preimport`` of a policy: pairs of a module and the folder that a guest finds it in."""
    return [[name, folder] for name in packages]


def new_scratch() -> str:
    """Returns a new folder for one worker.

    Raises:
        SandboxUnavailable: There is no place for it.
    """
    try:
        return tempfile.mkdtemp(prefix="rlvr-")
    except OSError as error:
        raise SandboxUnavailable(
            f"no temporary folder can be made: {error}; free some space, or name a writable folder in TMPDIR"
        ) from error


@cache
def _sources() -> dict[str, str]:
    folder = importlib.resources.files("rlvr_envs.sandbox.guest")
    return {entry.name[:-3]: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".py")}


def greeting(policy: Mapping[str, Any]) -> bytes:
    """Returns the first bytes for a guest's stdin: its modules and its policy."""
    sources = {name: text for name, text in _sources().items() if name != "boot"}
    return wire.frame(json.dumps({"sources": sources, "policy": dict(policy)}).encode())
