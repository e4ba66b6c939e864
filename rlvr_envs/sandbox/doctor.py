"""What each backend does on this machine: its level, its measures, and a real program that tries them out."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox import factory
from rlvr_envs.sandbox.base import Call, Program, Sandbox, SandboxReport, Status

_PROBE = """
import os, socket

def read(path):
    open(path).close()

def fork(_):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)

def connect(_):
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()

def probe(what, argument):
    try:
        {"read": read, "fork": fork, "connect": connect}[what](argument)
    except OSError:
        return "refused"
    return "done"
"""


@dataclass(frozen=True)
class Diagnosis:
    """One backend on this machine: its report, or the reason why there is none; the attempts that a program made.

    ``attempts`` maps what was tried to whether it was refused; ``judged`` tells whether the program's honest answer was right.
    """

    backend: str
    report: SandboxReport | None = None
    reason: str = ""
    judged: bool = False
    attempts: Mapping[str, bool] | None = None

    @property
    def works(self) -> bool:
        """Whether programs are judged here, and nothing was let through that the level shuts out."""
        if self.report is None or not self.judged or self.attempts is None:
            return False
        return self.report.level == "none" or all(self.attempts.values())


def diagnose(backend: str) -> Diagnosis:
    """Starts one worker of a backend and runs the probe in it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of `none`: nothing runs in it but the probe
            sandbox = factory.make_sandbox(backend, workers=1)
    except SandboxUnavailable as error:
        return Diagnosis(backend, reason=str(error) if backend != "auto" else _nothing_strong())
    except Exception as error:  # a backend of another package may fail in ways of its own, and the others shall still be shown
        return Diagnosis(backend, reason=f"{type(error).__name__}: {error}")
    with sandbox:
        return _probe(backend, sandbox)


def _nothing_strong() -> str:
    """Returns why ``auto`` is not to be had, without repeating what the rows of its candidates say."""
    tried = " nor ".join(factory.candidates("strong"))
    return f"neither {tried} reaches level 'strong' here: see their rows; else, {factory.lower_level('strong')}"


def _probe(backend: str, sandbox: Sandbox) -> Diagnosis:
    with _private_file() as path:
        calls = {
            "a new process": Call(("fork", "")),
            "a socket": Call(("connect", "")),
            "reading /etc/passwd": Call(("read", "/etc/passwd")),
            f"reading a file in {path.parent}": Call(("read", os.fspath(path))),
        }
        honest = Program("def f(x):\n    return x * 7919", entry_point="f", calls=(Call((48_611,)),))
        hostile = Program(_PROBE, entry_point="probe", calls=tuple(calls.values()))
        answer, tried = sandbox.run_many([honest, hostile])
    report = sandbox.report()
    right = answer.status is Status.OK and answer.results[0].value == 48_611 * 7919
    if tried.status is not Status.OK:
        return Diagnosis(backend, report, f"the probe ended as {tried.status.value}: {tried.detail}", right)
    refused = [result.value == "refused" for result in tried.results]
    return Diagnosis(backend, report, judged=right, attempts=dict(zip(calls, refused, strict=True)))


@contextmanager
def _private_file() -> Iterator[Path]:
    """Yields a new file in the user's home, or in the temporary folder where that cannot be written to."""
    home = Path.home()
    folder = home if os.access(home, os.W_OK) else Path(tempfile.gettempdir())
    with tempfile.NamedTemporaryFile(prefix=".rlvr-doctor-", dir=folder) as file:
        yield Path(file.name)
