"""What a process holds of its machine: processes, descriptors, mounts, files and memory, of its own and of all below it.

Orphans count: :func:`adopt_orphans` makes this process the parent of whatever its descendants leave behind, as it would be where
it is the first process of a container.  What is not seen: containers that a daemon runs (:func:`containers` counts them).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Footprint:
    """A count of everything at one moment.

    ``mounts`` are the mount points that this process sees (other programs of the machine make some as well), ``files`` is the
    number of those in the temporary folder.  ``worker_mounts`` are those in mount namespaces of descendants,
    ``worker_descriptors`` those of all descendants; None where the kernel does not let this user read them.
    """

    processes: int
    zombies: int
    descriptors: int
    mounts: tuple[str, ...]
    files: int
    own_mib: float
    workers_mib: float
    worker_descriptors: int | None
    worker_mounts: int | None

    def to_dict(self) -> dict[str, float | None]:
        """Returns the counts as JSON data."""
        return {**asdict(self), "mounts": len(self.mounts)}


def adopt_orphans() -> None:
    """Makes this process the parent of orphaned descendants; only on Linux.

    Raises:
        OSError: The kernel refuses.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


@contextlib.contextmanager
def own_temporary_folder() -> Iterator[Path]:
    """Makes a new folder the temporary one of this process and its children, so that every file in it is theirs."""
    before, variable = tempfile.tempdir, os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory(prefix="rlvr-footprint-", ignore_cleanup_errors=True) as folder:
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        try:
            yield Path(folder)
        finally:
            tempfile.tempdir = before
            if variable is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = variable


def take(folder: Path) -> Footprint:
    """Returns the footprint of this process, whose temporary folder is ``folder``."""
    gc.collect()
    own = psutil.Process()
    zombies = memory = descriptors = mounts = 0
    readable = True
    children = own.children(recursive=True)
    for child in children:
        try:
            if child.status() == psutil.STATUS_ZOMBIE:
                zombies += 1
                continue
            memory += child.memory_info().rss
            descriptors += child.num_fds()
            mounts += 0 if _same_mounts(child.pid) else len(_mount_points(f"/proc/{child.pid}/mountinfo"))
        except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            continue  # ended while it was looked at
        except (psutil.AccessDenied, PermissionError):
            readable = False
    return Footprint(
        processes=len(children) - zombies,
        zombies=zombies,
        descriptors=own.num_fds(),
        mounts=_mount_points("/proc/self/mountinfo"),
        files=sum(1 for _ in folder.rglob("*")),
        own_mib=round(own.memory_info().rss / 2**20, 1),
        workers_mib=round(memory / 2**20, 1),
        worker_descriptors=descriptors if readable else None,
        worker_mounts=mounts if readable else None,
    )


def take_settled(folder: Path, patience_s: float = 2.0) -> Footprint:
    """Returns the footprint once two in a row hold the same processes, descriptors and mounts, or the last one.

    A guest goes on making the process of its next program for a moment after the last one was judged.
    """

    def counts(found: Footprint) -> tuple[Any, ...]:
        return found.processes, found.descriptors, found.worker_descriptors, found.worker_mounts

    deadline = time.monotonic() + patience_s
    before, now = None, take(folder)
    while (before is None or counts(before) != counts(now)) and time.monotonic() < deadline:
        time.sleep(0.05)
        before, now = now, take(folder)
    return now


def bury_orphans(patience_s: float = 5.0) -> int:
    """Takes leave of orphans that end within ``patience_s`` and returns their number.

    Call it only when no child is waited for elsewhere.  What a killed namespace held ends a moment after its first process.
    """
    buried, deadline = 0, time.monotonic() + patience_s
    with contextlib.suppress(ChildProcessError):  # raised when no child is left, dead or alive
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG)[0]:
                buried += 1
            else:
                time.sleep(0.01)
    return buried


def containers() -> int:
    """Returns how many containers the Docker daemon of this environment has, running or not."""
    import docker

    with contextlib.closing(docker.from_env()) as client:
        return len(client.containers.list(all=True))


def _same_mounts(pid: int) -> bool:
    return os.readlink(f"/proc/{pid}/ns/mnt") == os.readlink("/proc/self/ns/mnt")


def _mount_points(path: str) -> tuple[str, ...]:
    with open(path, encoding="utf-8", errors="replace") as file:
        return tuple(line.split()[4] for line in file)
