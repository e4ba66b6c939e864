"""Third-party packages that programs may import: where they lie in the running environment.

Only the folders and modules of the named packages are shown to a guest (with the shared libraries that a wheel brings beside
them, ``numpy.libs``), never the rest of site-packages.  A guest imports them before its first program, so each program finds them
loaded; a package that needs another one fails there, and the other has to be named as well.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from rlvr_envs._naming import did_you_mean
from rlvr_envs.errors import PackageMissing

#: Where packages lie in a guest whose file system is made for it.
PACKAGE_FOLDER = "/opt/packages"

#: Libraries of numerical packages start a thread for each core at import, for which a limited address space has no room.
SINGLE_THREADED = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "BLIS", "NUMEXPR")}


@dataclass(frozen=True)
class Package:
    """An importable package: its name, the folder that it is found in, and the files and folders that belong to it."""

    name: str
    folder: str
    paths: tuple[str, ...]


def check_names(packages: Iterable[str]) -> tuple[str, ...]:
    """Returns the names, sorted and each once.

    Raises:
        TypeError: Something else than a sequence of texts, above all one text.
        ValueError: A name that cannot be imported as a top-level module.
    """
    if isinstance(packages, str):
        raise TypeError(f"packages must be a sequence of names, got the text {packages!r}; write [{packages!r}]")
    if not isinstance(packages, Iterable):
        raise TypeError(f"packages must be a sequence of names such as ('numpy',), got {packages!r}")
    for name in packages:
        if not str(name).isidentifier():
            raise ValueError(f"packages must hold names of top-level modules such as 'numpy', got {name!r}")
    return tuple(sorted(set(packages)))


def find_packages(names: Sequence[str]) -> tuple[Package, ...]:
    """Returns where the named packages are.

    Raises:
        PackageMissing: One is not installed, or has no files of its own.
    """
    return tuple(map(_find, names))


@cache
def _find(name: str) -> Package:
    spec = importlib.util.find_spec(name)
    if spec is None:
        hint = did_you_mean(name, {module.name for module in pkgutil.iter_modules()} - sys.stdlib_module_names)
        raise PackageMissing(
            f"packages must hold names of modules that are installed in this environment ({sys.prefix}), got {name!r}; "
            f"{hint + ' Else install it' if hint else 'install it'}, or leave it out"
        )
    if spec.submodule_search_locations:
        place = os.path.realpath(next(iter(spec.submodule_search_locations)))
    elif spec.origin and os.path.isfile(spec.origin):
        place = os.path.realpath(spec.origin)
    else:
        raise PackageMissing(
            f"packages must hold modules with files of their own, got {name!r} ({spec.origin}), which needs none: leave it out"
        )
    folder = os.path.dirname(place)
    libraries = [os.path.join(folder, entry) for entry in sorted(_libraries(os.path.basename(place), folder))]
    return Package(name, folder, (place, *filter(os.path.isdir, libraries)))


def _libraries(entry: str, folder: str) -> set[str]:
    """Returns the names of the folders with shared libraries of the distribution that brought ``entry`` into ``folder``."""
    for distribution in importlib.metadata.distributions(path=[folder]):
        top = {file.parts[0] for file in distribution.files or ()}
        if entry in top:
            return {name for name in top if name.endswith(".libs")}
    return set()
