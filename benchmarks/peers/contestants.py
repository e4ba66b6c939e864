"""Who is compared, and how each comes into an environment of its own.

Each peer is installed with pip, at one exact version and with all that it declares, into a virtual environment below the cache
folder; an environment that was finished once is used again.  What cannot be had is told with pip's own last words.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

DRIVERS: Final = Path(__file__).parent / "drivers"
_INSTALL_SECONDS = 1200


class NotInstalled(Exception):
    """Raised when a peer cannot be installed; the text is what pip said last."""


@dataclass(frozen=True)
class Contestant:
    """A library and the script that drives it.

    ``requirements`` empty: the library is this project itself, driven by the running interpreter.  ``goal`` is how many times
    faster this project should be, None for this project's own backends.
    """

    name: str
    driver: str
    arguments: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    goal: float | None = None
    note: str = ""


PEERS: Final = (
    Contestant(
        "GEM",
        "drive_gem.py",
        # `datasets` and `pylatexenc` are imported by the package but not declared by it.
        requirements=("gem-llm==0.1.0", "datasets", "pylatexenc"),
        goal=10.0,
        note="its time limit of 10 s per test cannot be changed from the environment",
    ),
    Contestant(
        "SkyRL-gym",
        "drive_skyrl_gym.py",
        requirements=("skyrl-gym==0.4.0",),
        goal=10.0,
        note="its time limit of 6 s per test cannot be changed from the environment",
    ),
    Contestant(
        "DeepGym",
        "drive_deepgym.py",
        requirements=("deepgym==0.6.2",),
        goal=60.0,
        note="a case may take as long as our whole program: 5 s",
    ),
)


def own(backend: str) -> Contestant:
    """Returns this project with one of its backends."""
    return Contestant(f"rlvr, {backend}", "drive_rlvr.py", (backend,))


@dataclass(frozen=True)
class Place:
    """Where a contestant runs: its interpreter and its environment variables."""

    python: Path
    variables: dict[str, str] = field(default_factory=dict)


def prepare(contestant: Contestant, cache: Path, base_python: str) -> Place:
    """Returns where ``contestant`` runs, installing it first if need be.

    Raises:
        NotInstalled: It cannot be had.
    """
    if not contestant.requirements:
        root = Path(__file__).parents[2]
        return Place(Path(sys.executable), {**os.environ, "PYTHONPATH": str(root)})
    folder = _installed(contestant.requirements, cache, base_python)
    scripts = folder / "bin"
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    variables["PATH"] = f"{scripts}{os.pathsep}{os.environ.get('PATH', os.defpath)}"  # as after `activate`: GEM runs "python"
    variables.update(VIRTUAL_ENV=str(folder), HF_HUB_OFFLINE="1", HF_HOME=str(cache / "huggingface"))
    return Place(scripts / "python", variables)


def _installed(requirements: Sequence[str], cache: Path, base_python: str) -> Path:
    version = _run([base_python, "-c", "import sys; print(sys.version.split()[0])"]).strip()
    folder = cache / f"{requirements[0].replace('==', '-')}-python{version}"
    finished = folder / "finished.json"
    if finished.is_file() and json.loads(finished.read_text("utf-8")) == list(requirements):
        return folder
    shutil.rmtree(folder, ignore_errors=True)  # one that was interrupted
    cache.mkdir(parents=True, exist_ok=True)
    print(f"installing {', '.join(requirements)} into {folder}", flush=True)
    _run([base_python, "-m", "venv", str(folder)])
    _run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements])
    finished.write_text(json.dumps(list(requirements)), "utf-8")
    return folder


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise NotInstalled(f"{' '.join(command[:4])} took more than {_INSTALL_SECONDS} s") from error
    if done.returncode:
        raise NotInstalled(_last_line(done.stderr) or f"{command[0]} ended with exit status {done.returncode}")
    return done.stdout


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or [""])[-1].strip()
