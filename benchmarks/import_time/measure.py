"""What is run: imports in fresh processes, in pairs whose order alternates."""

from __future__ import annotations

import subprocess
import sys

_CODE = "import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"


def import_seconds(module: str) -> float:
    """Returns the seconds that importing ``module`` takes in a fresh process, the interpreter's own start left out."""
    shown = subprocess.run([sys.executable, "-c", _CODE.format(module=module)], check=True, capture_output=True, text=True)
    return float(shown.stdout)


def paired_import_seconds(module: str, baseline: str, *, pairs: int) -> list[tuple[float, float]]:
    """Returns ``[pairs]`` times (``module``, ``baseline``), one process after the other so that a busy moment hits both."""
    for name in (module, baseline):
        import_seconds(name)  # fills the file cache and writes the byte code
    times = []
    for i in range(pairs):
        if i % 2:
            times.append((import_seconds(module), import_seconds(baseline)))
        else:
            second = import_seconds(baseline)
            times.append((import_seconds(module), second))
    return times
