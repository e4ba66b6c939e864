"""What is in force in a process of this guest, tried out in one."""

from __future__ import annotations

import ctypes
import json
import os
import socket
import threading
from typing import Any

from . import wire
from .hardening import Features, Hardening

_PROBE = wire.Limits(5.0, 5.0, 512, 1, 8, 0, 0, 0, False, 0)

_libc = ctypes.PyDLL(None, use_errno=True)


def fork() -> int:
    """Forks as ``os.fork`` does, but without its hooks.

    They put threads in order, of which there are none here, and seed ``random`` anew, which would make programs that draw
    without a seed differ from run to run; and what they touch makes up half of the memory that a short program copies.
    """
    pid = int(_libc.fork())  # PyDLL keeps the interpreter's lock, so the child holds it
    if pid < 0:
        raise OSError(ctypes.get_errno(), "fork failed")
    return pid


def probe(hardening: Hardening, *, net_namespace: bool) -> Features:
    """Returns what is in force in a child, tried out where it can be."""
    reading, writing = os.pipe()
    hardening.before_fork()
    pid = fork()
    if pid == 0:
        try:
            os.dup2(writing, 2)
            features = hardening.enter(_PROBE.files_mib, keep=2)
            hardening.limit(_PROBE)
            features["thread_limit"] = _refused(_try_threads)
            features["no_new_processes"] = _refused(_try_fork)
            features["no_network"] = net_namespace or _refused(_try_socket)
            wire.write_all(2, json.dumps(features).encode())
        except OSError as error:
            wire.write_all(2, json.dumps({"failure": str(error)}).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as stream:
        found: Features = json.loads(stream.read() or b'{"failure": "the probe died"}')
    os.waitpid(pid, 0)
    return found


def _refused(attempt: Any) -> bool:
    """Tells whether the kernel refuses ``attempt``."""
    try:
        attempt()
    except OSError:
        return True
    return False


def _try_fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _try_threads() -> None:
    """Starts more threads than the probe's limit allows; raises OSError where that is refused."""
    wait = threading.Event()
    threads = [threading.Thread(target=wait.wait, daemon=True) for _ in range(2 * _PROBE.processes)]
    try:
        for thread in threads:
            thread.start()
    except RuntimeError as error:
        raise OSError(str(error)) from error
    finally:
        wait.set()


def _try_socket() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
