"""First code of a guest, given to ``python -c``: imports the guest modules from sources that arrive on stdin.

The stream begins with a big-endian 4-byte length and a JSON object ``{"sources": {module: text}, "policy": {...}}``.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys

PACKAGE = "rlvr_guest"


class SourceFinder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads the modules of the guest package in a dict of sources."""

    def __init__(self, sources):  # type: ignore[no-untyped-def]
        """Keeps ``sources``: module name below the package (``__init__`` for the package) to its text."""
        self._sources = sources

    def find_spec(self, fullname, path=None, target=None):  # type: ignore[no-untyped-def]
        """Returns the spec of a guest module, None for every other name."""
        package, _, module = fullname.partition(".")
        if package != PACKAGE or (module or "__init__") not in self._sources:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=not module)

    def is_package(self, fullname):  # type: ignore[no-untyped-def]
        """Tells whether ``fullname`` is the package itself."""
        return fullname == PACKAGE

    def get_source(self, fullname):  # type: ignore[no-untyped-def]
        """Returns the text of a guest module."""
        return self._sources[fullname.partition(".")[2] or "__init__"]


def read_exact(count):  # type: ignore[no-untyped-def]
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
