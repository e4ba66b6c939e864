"""Making sandboxes by name: ``auto``, ``bwrap``, ``docker``, ``direct``, ``gvisor``, ``none``, and those of other packages.

The level is never lowered in silence: what does not reach the least level that was asked for is an error with the remedy.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import sys
import threading
from collections.abc import Iterable, Sequence
from typing import Final, cast

from rlvr_envs._naming import unknown
from rlvr_envs.errors import PackageMissing, SandboxUnavailable
from rlvr_envs.sandbox.base import Level, Sandbox
from rlvr_envs.sandbox.launch import LEVELS, Launcher
from rlvr_envs.sandbox.packages import check_names

#: Built-in backends: name to the place of the launcher, imported when asked for.
BACKENDS: Final = {
    "bwrap": "rlvr_envs.sandbox.bwrap:BwrapLauncher",
    "docker": "rlvr_envs.sandbox.docker:DockerLauncher",
    "direct": "rlvr_envs.sandbox.direct:DirectLauncher",
    "gvisor": "rlvr_envs.sandbox.gvisor:GvisorLauncher",
    "none": "rlvr_envs.sandbox.none:NoneLauncher",
}
#: Entry points of this group (name = "module:LauncherClass") are backends too.
ENTRY_POINTS: Final = "rlvr.sandboxes"
#: What ``auto`` tries, in this order.
CANDIDATES: Final = ("bwrap", "docker", "direct")

_Key = tuple[str, "str | None", tuple[str, ...]]
_shared: dict[_Key, Sandbox] = {}
_shared_lock = threading.RLock()


def make_sandbox(
    backend: str = "auto", *, workers: int | None = None, level: str | None = None, packages: Sequence[str] = ()
) -> Sandbox:
    """Returns a new sandbox, of which one worker has started and shown what it enforces; close it when done.

    Args:
        backend: ``auto`` is the first of ``bwrap`` and ``docker`` (and ``direct``, if ``level="weak"``) that reaches the level
            here; never ``none``.
        workers: Number of programs that run at a time; None: one for each CPU.
        level: The least level that is accepted: ``strong``, ``weak`` or ``none``.  None is ``strong`` for ``auto``, and what
            the backend promises for a backend by name.
        packages: Third-party packages of this environment that programs may import, such as ``("numpy",)``.

    Raises:
        ValueError: An unknown backend or level, or ``workers`` below 1.
        PackageMissing: One of ``packages`` is not installed here.
        SandboxUnavailable: The level cannot be had here; the text says why not and what would help.
    """
    check_options(backend, level, packages)
    if backend == "auto":
        return _best_sandbox(workers, cast("Level", level or "strong"), packages)
    kind = launcher_class(backend)
    least = cast("Level", level or kind.promises)
    if backend in BACKENDS and LEVELS.index(kind.promises) < LEVELS.index(least):  # whatever the machine has: nothing would help
        *others, last = ("auto", *candidates(least))
        raise SandboxUnavailable(
            f"backend {backend!r} never reaches level {least!r}, but {kind.promises!r} at most; choose backend "
            f"{', '.join(map(repr, others))} or {last!r}, or accept level={kind.promises!r}"
        )
    return _probed(kind(packages=packages), workers, least)


def shared_sandbox(backend: str = "auto", *, level: str | None = None, packages: Sequence[str] = ()) -> Sandbox:
    """Returns this process's sandbox of that backend, level and packages, the same at every call; it is closed at exit."""
    check_options(backend, level, packages)
    key = (backend, level, check_names(packages))
    with _shared_lock:
        sandbox = _shared.get(key)
        if sandbox is None or getattr(sandbox, "closed", False):
            sandbox = _shared[key] = make_sandbox(backend, level=level, packages=packages)
        return sandbox


def check_options(backend: str, level: str | None, packages: Iterable[str]) -> None:
    """Refuses what :func:`make_sandbox` would refuse on any machine.

    Raises:
        ValueError: An unknown backend or level, or a name that cannot be a package.
    """
    if not isinstance(backend, str):
        raise ValueError(unknown("backend", backend, ("auto", *backend_names())))
    # Looking for entry points reads the metadata of all that is installed, which built-in names need not wait for.
    if backend != "auto" and backend not in BACKENDS and backend not in (known := backend_names()):
        raise ValueError(unknown("backend", backend, ("auto", *known)))
    if level is not None and level not in LEVELS:
        raise ValueError(unknown("level", level, LEVELS[::-1]))
    check_names(packages)


def backend_names() -> tuple[str, ...]:
    """Returns the names of all backends, those of other packages last."""
    others = {point.name for point in importlib.metadata.entry_points(group=ENTRY_POINTS)}
    return (*BACKENDS, *sorted(others - BACKENDS.keys()))


def launcher_class(backend: str) -> type[Launcher]:
    """Returns the launcher of a backend; a built-in name stands for the built-in backend, whoever else uses it.

    Raises:
        SandboxUnavailable: The backend of another package cannot be loaded, or is no launcher.
    """
    place = BACKENDS.get(backend)
    if place is not None:
        module, _, name = place.partition(":")
        return cast("type[Launcher]", getattr(importlib.import_module(module), name))
    (point, *_) = importlib.metadata.entry_points(group=ENTRY_POINTS, name=backend)
    try:
        loaded = point.load()
    except (ImportError, AttributeError) as error:
        raise SandboxUnavailable(f"backend {backend!r} cannot be loaded from {point.value!r}: {error}") from error
    if not (isinstance(loaded, type) and issubclass(loaded, Launcher)):
        raise SandboxUnavailable(f"backend {backend!r}: {point.value!r} must be a subclass of rlvr_envs.sandbox.launch.Launcher")
    return loaded


def _probed(launcher: Launcher, workers: int | None, level: Level) -> Sandbox:
    """Returns a sandbox of which one worker has started and said what it enforces."""
    from rlvr_envs.sandbox.pool import PooledSandbox

    sandbox = PooledSandbox(launcher, workers=workers, level=level)
    try:
        sandbox.report()
    except BaseException:
        sandbox.close()
        raise
    return sandbox


def candidates(level: Level) -> tuple[str, ...]:
    """Returns the backends among which ``auto`` looks for that level, in its order."""
    return tuple(name for name in CANDIDATES if LEVELS.index(launcher_class(name).promises) >= LEVELS.index(level))


def lower_level(level: Level) -> str:
    """Returns what is left on this system where no backend reaches the level that ``auto`` was asked for."""
    if level == "strong" and sys.platform == "linux":
        return "level='weak' accepts backend 'direct', which has no namespaces"
    return "backend='none' runs programs without any isolation"


def _best_sandbox(workers: int | None, level: Level, packages: Sequence[str]) -> Sandbox:
    reasons = []
    missing: PackageMissing | None = None
    for backend in candidates(level):
        try:
            return _probed(launcher_class(backend)(packages=packages), workers, level)
        except PackageMissing as error:  # an image of the user's own may have it
            missing = error
        except SandboxUnavailable as error:
            reasons.append(f"{backend}: {error}")
    if missing is not None:
        raise missing
    why = f"no sandbox of level {level!r} can be had on this machine. {'. '.join(reasons)}."
    raise SandboxUnavailable(f"{why} Else, {lower_level(level)}")


def _after_fork_in_child() -> None:
    """Makes a new lock: another thread of the parent may have held it."""
    global _shared_lock  # noqa: PLW0603 - the lock is the process's
    _shared_lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
