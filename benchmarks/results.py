"""How a benchmark's figures are kept: JSON with the command, commit, seeds, versions and machine that gave them."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

RESULTS: Final = Path(__file__).parent / "results"


def write_result(
    name: str,
    figures: Mapping[str, Any],
    *,
    seeds: Sequence[int] = (),
    packages: Sequence[str] = (),
    folder: Path = RESULTS,
) -> Path:
    """Writes ``folder/NAME.json`` and returns its path; an older file of that name is replaced.

    Args:
        name: The benchmark's folder, ``benchmarks/NAME``.
        figures: What was measured, as JSON data; names carry their unit (``p50_ms``, ``ratio``).
        seeds: Every seed that the run used.
        packages: Distributions whose versions matter, beside gymnasium and numpy; one that is not installed is None.
        folder: Where the file goes.

    Raises:
        ValueError: A figure is not finite.
    """
    record = {
        "benchmark": name,
        "command": shlex.join(["python", "-m", f"benchmarks.{name}", *sys.argv[1:]]),
        "commit": commit(),
        "seeds": list(seeds),
        "versions": {"python": platform.python_version(), **versions(("gymnasium", "numpy", *packages))},
        "machine": {"cores": os.cpu_count(), "architecture": platform.machine(), "system": platform.system()},
        "figures": dict(figures),
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(record, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    return path


def commit(folder: Path = RESULTS.parent) -> str:
    """Returns the commit of the checkout that ``folder`` is in, ``""`` outside a checkout.

    ``+changes`` follows when tracked files differ from it; results do not count, which the benchmarks of a series write in turn.
    """

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)

    head = git("rev-parse", "--short=12", "HEAD").stdout.strip()
    changed = git("diff", "--quiet", "HEAD", "--", ":/", f":(exclude){RESULTS.name}").returncode == 1
    return f"{head}+changes" if head and changed else head


def versions(packages: Sequence[str]) -> dict[str, str | None]:
    """Returns the installed version of each distribution, None where there is none."""

    def version(package: str) -> str | None:
        try:
            return importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            return None

    return {package: version(package) for package in packages}
