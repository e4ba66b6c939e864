"""Making sandboxes by name: ``auto``, ``bwrap``, ``direct``, ``none``."""

from __future__ import annotations

import difflib
import importlib
import logging
import sys
import threading
from typing import Final

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.launch import Launcher

#: Backend name to the place of its launcher, imported when asked for.
BACKENDS: Final = {
    "bwrap": "rlvr_envs.sandbox.bwrap:BwrapLauncher",
    "direct": "rlvr_envs.sandbox.direct:DirectLauncher",
    "none": "rlvr_envs.sandbox.none:NoneLauncher",
}

logger = logging.getLogger(__name__)

_shared: dict[str, Sandbox] = {}
_shared_lock = threading.RLock()


def make_sandbox(backend: str = "auto", *, workers: int | None = None) -> Sandbox:
    """Returns a new sandbox; close it when done.

    Args:
        backend: ``auto`` is ``bwrap`` where a probe shows that it works, else ``direct``; never ``none``.
        workers: Number of programs that run at a time; None: one for each CPU.

    Raises:
        ValueError: An unknown backend, or ``workers`` below 1.
        SandboxUnavailable: The backend cannot be had here, or enforces nothing here though it should; the text says what
            would help.
    """
    if backend == "auto":
        return _best_sandbox(workers)
    return _probed(_launcher(backend), workers)


def shared_sandbox(backend: str = "auto") -> Sandbox:
    """Returns this process's sandbox of that backend, the same at every call; it is closed at exit."""
    with _shared_lock:
        sandbox = _shared.get(backend)
        if sandbox is None or getattr(sandbox, "closed", False):
            sandbox = _shared[backend] = make_sandbox(backend)
        return sandbox


def _launcher(backend: str) -> Launcher:
    if backend not in BACKENDS:
        near = difflib.get_close_matches(backend, [*BACKENDS, "auto"], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ";"
        raise ValueError(f"unknown backend {backend!r}{hint} Known: auto, {', '.join(BACKENDS)}")
    module, _, name = BACKENDS[backend].partition(":")
    launcher: Launcher = getattr(importlib.import_module(module), name)()
    return launcher


def _probed(launcher: Launcher, workers: int | None) -> Sandbox:
    """Returns a sandbox of which one worker has started and said what it enforces."""
    from rlvr_envs.sandbox.pool import PooledSandbox

    sandbox = PooledSandbox(launcher, workers=workers)
    try:
        report = sandbox.report()
        if report.level == "none" and launcher.name != "none":
            raise SandboxUnavailable(
                f"backend {launcher.name!r} reaches no level of isolation on this machine (in force: "
                f"{', '.join(name for name, value in report.features.items() if value) or 'nothing'}); "
                "run in a container with seccomp or Landlock, or ask for backend='none' by name"
            )
    except SandboxUnavailable:
        sandbox.close()
        raise
    return sandbox


def _best_sandbox(workers: int | None) -> Sandbox:
    if sys.platform != "linux":
        raise SandboxUnavailable(
            f"no isolation can be had on {sys.platform} without a container; backend='none' runs programs unisolated"
        )
    try:
        return _probed(_launcher("bwrap"), workers)
    except SandboxUnavailable as error:
        sandbox = _probed(_launcher("direct"), workers)
        logger.warning("programs are judged by backend 'direct' (level weak), as 'bwrap' cannot be had: %s", error)
        return sandbox
