"""Emptying and removing a folder that hostile programs have filled."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator


def empty_folder(path: str) -> None:
    """Deletes what is in a folder: whatever depth, length of paths or modes a program has made, and without following links.

    Folders are brought up below ``path`` before they are removed, so neither this function's stack nor a path grows with depth.
    What goes away meanwhile, since another process empties the folder too, is no fault.
    """
    names = (name for number in itertools.count() if not os.path.lexists(name := os.path.join(path, f"{number}.up")))
    os.chmod(path, 0o700)
    while entries := list(os.scandir(path)):
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                _remove(entry, names)


def _remove(entry: os.DirEntry[str], names: Iterator[str]) -> None:
    """Deletes an entry; the folders in it move to ``names``."""
    if not entry.is_dir(follow_symlinks=False):
        os.unlink(entry.path)
        return
    os.chmod(entry.path, 0o700)
    with os.scandir(entry.path) as inside:  # closed also when an entry vanishes meanwhile
        for inner in inside:
            if inner.is_dir(follow_symlinks=False):
                os.rename(inner.path, next(names))
            else:
                os.unlink(inner.path)
    os.rmdir(entry.path)


def remove_folder(path: str) -> None:
    """Deletes a folder and what is in it, if it is still there; a process that goes on filling it can prevent that."""
    with contextlib.suppress(OSError):
        empty_folder(path)
        os.rmdir(path)
