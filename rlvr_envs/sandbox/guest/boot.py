"""First code of a guest, given to ``python -c``: imports the guest modules from sources that arrive on stdin.

The stream begins with a big-endian 4-byte length and a JSON object ``{"sources": {module: text}, "policy": {...}}``.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

PACKAGE = "rlvr_guest"


class SourceFinder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads the modules of the guest package in a dict of sources."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        """Keeps ``sources``: module name below the package (``__init__`` for the package) to its text."""
        self._sources = sources

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Returns the spec of a guest module, None for every other name."""
        package, _, module = fullname.partition(".")
        if package != PACKAGE or (module or "__init__") not in self._sources:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=not module)

    def is_package(self, fullname: str) -> bool:
        """Tells whether ``fullname`` is the package itself."""
        return fullname == PACKAGE

    def get_source(self, fullname: str) -> str:
        """Returns the text of a guest module."""
        return self._sources[fullname.partition(".")[2] or "__init__"]


def read_exact(count: int) -> bytes:
    """Returns exactly ``count`` bytes of stdin; ends the process when the stream ends first."""
    data = b""
    while len(data) < count:
        chunk = os.read(0, count - len(data))
        if not chunk:
            sys.exit(1)
        data += chunk
    return data


if __name__ == "__main__":
    start = json.loads(read_exact(int.from_bytes(read_exact(4), "big")))
    sys.path[:] = [entry for entry in sys.path if entry]  # "-c" put the working folder first
    sys.meta_path.insert(0, SourceFinder(start["sources"]))
    importlib.import_module(PACKAGE + ".zygote").main(start["policy"])
