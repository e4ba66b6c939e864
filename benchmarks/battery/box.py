"""Throw-away boxes for the usual graders: they run hostile code in their own processes, on a machine that shall not suffer.

A box has its own process, network, user and mount namespaces, the interpreter's folders read-only, a small /tmp, and limits of
memory, time, files and open descriptors.  When the time is over, everything in it is killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from rlvr_envs.sandbox.bwrap import find_bwrap
from rlvr_envs.sandbox.launch import find_interpreter

GRADERS: Final = {
    "exit_code": "exit code",
    "json_stdout": "JSON on stdout",
    "in_process": "in-process compare",
    "shared_list": "exec + shared list",
    "pickle_pipe": "pickle pipe",
}
_FOLDER: Final = Path(__file__).parent / "graders"
_SECONDS: Final = 3.0
_TOLD: Final = 1 << 16
#: Runs before a grader.  Limits are for each process; the name spaces and the clock bound all of them together.
_PROLOGUE: Final = """
import resource
for _kind, _value in (("AS", 1 << 30), ("CPU", 4), ("FSIZE", 16 << 20), ("NOFILE", 128), ("CORE", 0)):
    resource.setrlimit(getattr(resource, "RLIMIT_" + _kind), (_value, _value))
"""


@dataclass(frozen=True)
class Asked:
    """What a grader is given: inputs and the values expected for them."""

    inputs: Sequence[int]
    expected: Sequence[int]


def pays(grader: str, source: str, asked: Asked) -> bool:
    """Whether the grader of that name pays for a program.

    Raises:
        SandboxUnavailable: There is no bubblewrap; without it the machine would be at the programs' mercy.
    """
    task = json.dumps({"source": source, "inputs": list(asked.inputs), "expected": list(asked.expected)})
    script = _PROLOGUE + (_FOLDER / f"{grader}.py").read_text(encoding="utf-8")
    reading, writing = os.pipe()
    with open(reading, "rb") as decision, tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as told:
        try:
            given.write(task.encode())
            given.seek(0)
            box = subprocess.Popen(
                [*_command(), "-c", script, str(writing)],
                stdin=given,
                stdout=told,  # a file, so that the limit of a file's size holds for what is printed
                stderr=subprocess.DEVNULL,
                env={"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"},
                cwd="/",
                pass_fds=(writing,),
            )
        finally:
            os.close(writing)
        code = _wait(box)
        if grader == "exit_code":
            return code == 0
        if grader == "json_stdout":
            told.seek(max(0, told.seek(0, os.SEEK_END) - _TOLD))
            return _says_passed(told.read())
        return decision.read(1) == b"1"


def _wait(box: subprocess.Popen[bytes]) -> int | None:
    """Returns the exit code of a box, None if its time was over; whatever is left in it is killed with it."""
    try:
        return box.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        box.kill()
        box.wait()
        return None


def _says_passed(text: bytes) -> bool:
    """Whether the last line that is JSON says that all passed, as harnesses look for it."""
    for line in reversed(text.decode("utf-8", "replace").splitlines()):
        try:
            verdict = json.loads(line)
        except ValueError:
            continue
        if isinstance(verdict, dict):
            return verdict.get("passed") is True
    return False


@cache
def _command() -> tuple[str, ...]:
    interpreter = find_interpreter()
    view: list[str] = []
    for folder in interpreter.folders:
        bind = ("--symlink", os.readlink(folder)) if os.path.islink(folder) else ("--ro-bind", folder)
        view += [*bind, folder]
    for path in ("/bin", "/usr/bin"):  # graders and programs call others
        bind = ("--symlink", os.readlink(path)) if os.path.islink(path) else ("--ro-bind", path)
        view += [*bind, path]
    view += ["--ro-bind", interpreter.executable, interpreter.executable]
    argv = [find_bwrap(), "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "box"]
    argv += [*view, "--dev", "/dev", "--proc", "/proc", "--size", str(64 << 20), "--tmpfs", "/tmp", "--chdir", "/tmp"]
    return (*argv, "--remount-ro", "/", "--", interpreter.executable, "-S")
