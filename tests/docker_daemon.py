"""A Docker daemon of the tests' own: its socket and data in one folder, nothing global touched."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox import image
from rlvr_envs.sandbox.container import connection

_START_SECONDS = 60.0


class Daemon:
    """Starts ``dockerd``, which needs root; :meth:`stop` ends it, and :meth:`start` starts it again with what it had."""

    def __init__(self) -> None:
        """Starts the daemon."""
        self.folder = Path(tempfile.mkdtemp(prefix="dockerd-"))
        self.host = f"unix://{self.folder}/docker.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        command = ["dockerd", "--data-root", f"{self.folder}/data", "--exec-root", f"{self.folder}/exec"]
        command += ["--pidfile", f"{self.folder}/pid", "--host", self.host]
        command += ["--iptables=false", "--ip6tables=false", "--bridge=none"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        give_up = time.monotonic() + _START_SECONDS
        while not answers(self.host):
            if time.monotonic() > give_up or self._process.poll() is not None:
                self.stop()
                raise RuntimeError(f"dockerd does not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends it, and with it all its containers."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        """Ends it and deletes all that it had."""
        self.stop()
        # The daemon mounts its folder on itself, and leaves it so when it had to be quick.
        subprocess.run(["umount", f"{self.folder}/data"], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def docker_host(host: str) -> Iterator[None]:
    """Makes ``host`` the daemon of this process."""
    before = os.environ.get("DOCKER_HOST")
    os.environ["DOCKER_HOST"] = host
    try:
        yield
    finally:
        if before is None:
            del os.environ["DOCKER_HOST"]
        else:
            os.environ["DOCKER_HOST"] = before


def answers(host: str | None = None) -> bool:
    """Whether a daemon answers, at ``host`` or where the environment says."""
    with contextlib.nullcontext() if host is None else docker_host(host):
        try:
            with connection():
                return True
        except SandboxUnavailable:
            return False


def can_start() -> bool:
    """Whether this process can start a daemon of its own."""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("dockerd") is not None


def ensure_image() -> None:
    """Makes the image of guests where the daemon does not have it."""
    with connection() as client:
        if any(image.image_name() in found.tags for found in client.images.list()):
            return
    image.make_image()
