"""The Docker daemon as a backend needs it: a connection, and a guest that is the process of a container.

The daemon sends stdout and stderr of the guest as one stream, in pieces with a head of 8 bytes.  Needs the extra ``docker``.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import ssl
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.process import GuestProcess

logger = logging.getLogger(__name__)

_REMEDY = "start Docker, or name a daemon in DOCKER_HOST; a plain user needs to be in the group docker"
_TIMEOUT_SECONDS = 30
_HEAD = struct.Struct(">BxxxI")
_STDOUT, _STDERR = 1, 2
_CHUNK = 1 << 17
_LAST_WORDS = 2000


@contextlib.contextmanager
def connection() -> Iterator[Any]:
    """Yields a client of the Docker daemon that the environment names (``DOCKER_HOST``).

    Raises:
        SandboxUnavailable: The SDK is not installed, no daemon answers, it went away, or refused what was asked.
    """
    try:
        import docker
        import requests
    except ImportError as error:
        raise SandboxUnavailable("the Docker SDK is not installed; install it with: pip install 'rlvr[docker]'") from error
    _check_socket(os.environ.get("DOCKER_HOST") or docker.constants.DEFAULT_UNIX_SOCKET.replace("http+", ""))
    try:
        client = docker.from_env(timeout=_TIMEOUT_SECONDS)
    except docker.errors.DockerException as error:
        raise SandboxUnavailable(f"no Docker daemon answers ({error}); {_REMEDY}") from error
    try:
        yield client
    except docker.errors.APIError as error:
        raise SandboxUnavailable(f"the Docker daemon refused: {explain(error)}") from error
    except requests.exceptions.RequestException as error:
        raise SandboxUnavailable(f"the Docker daemon went away ({error}); {_REMEDY}") from error
    finally:
        client.close()


def _check_socket(host: str) -> None:
    """Refuses a local daemon that does not listen; the SDK would leave its socket open."""
    scheme, _, path = host.partition("://")
    if scheme != "unix":
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError as error:
            raise SandboxUnavailable(f"no Docker daemon answers at {path} ({error.strerror or error}); {_REMEDY}") from error


class ContainerProcess(GuestProcess):
    """A started container.

    It goes when this process does: its stdin ends, so the guest ends, and the daemon removes it (it was made so).
    """

    def __init__(self, client: Any, container: str, policy: Mapping[str, Any]) -> None:
        """Attaches to a created container and starts it; it is gone if that fails.

        Args:
            client: An open connection to its daemon.
            container: The id of the container.
            policy: What its zygote is told.

        Raises:
            SandboxUnavailable: The daemon cannot start it.
        """
        import docker

        self._id = container
        self._stderr, self._arrived = bytearray(), bytearray()
        self._stream, self._left = 0, 0  # of the piece that is being read: which stream, and how much is to come
        self._socket: socket.socket | None = None
        try:
            stream = client.api.attach_socket(container, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
            self._socket = _own_socket(stream)
            client.api.start(container)
        except BaseException as error:
            self._close_socket()
            _remove(client, container)
            if isinstance(error, docker.errors.APIError):
                raise SandboxUnavailable(f"the Docker daemon cannot start a container: {explain(error)}") from error
            raise
        self._fd = self._socket.fileno()
        super().__init__(policy)

    @property
    def reading(self) -> int:
        """The attached stream."""
        return self._fd

    @property
    def writing(self) -> int:
        """The attached stream."""
        return self._fd

    def write(self, data: memoryview) -> int:
        """Writes to the guest's stdin; see :meth:`GuestProcess.write`."""
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0

    def read(self, buffer: bytearray) -> bool:
        """Appends what arrived from stdout to ``buffer`` and keeps stderr; see :meth:`GuestProcess.read`."""
        try:
            chunk = os.read(self._fd, _CHUNK)
        except BlockingIOError:
            return True
        self._arrived += chunk
        while self._next_piece():
            piece = self._arrived[: self._left]
            del self._arrived[: len(piece)]
            self._left -= len(piece)
            if self._stream == _STDOUT:
                buffer += piece
            elif self._stream == _STDERR:
                self._stderr = (self._stderr + piece)[-_LAST_WORDS:]
        return bool(chunk)

    def _next_piece(self) -> bool:
        """Takes a head if one is due; tells whether there are bytes of a piece."""
        while not self._left and len(self._arrived) >= _HEAD.size:
            self._stream, self._left = _HEAD.unpack_from(self._arrived)
            del self._arrived[: _HEAD.size]
        return bool(self._left and self._arrived)

    def interrupt(self) -> None:
        """Cuts the stream, which ends the guest."""
        own = self._socket  # which another thread may be closing
        if own is not None:
            with suppress(OSError):  # it was cut by the other side
                own.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends the container and waits until it is gone; where no daemon answers, it goes by itself as its stdin has ended."""
        if self._socket is None:
            return
        self.interrupt()
        self.forget()
        try:
            with connection() as client:
                _remove(client, self._id)
        except SandboxUnavailable as error:
            logger.debug("a container was left to end by itself: %s", error)

    def forget(self) -> None:
        """Closes this process's end of the stream."""
        self._close_socket()
        super().forget()

    def last_words(self) -> str:
        """Returns the end of what the guest wrote to stderr."""
        return self._stderr.decode("utf-8", "replace")

    def _close_socket(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def explain(error: Any) -> str:
    """Returns what the daemon said."""
    return str(error.explanation or error).strip()


def _own_socket(stream: Any) -> socket.socket:
    """Returns a socket of our own for what the SDK attached, and closes the SDK's.

    Raises:
        SandboxUnavailable: It is encrypted by the SDK, so that the bare socket is of no use.
    """
    try:
        if isinstance(stream, ssl.SSLSocket) or not isinstance(stream.fileno(), int):
            raise SandboxUnavailable("DOCKER_HOST must be unix:// or tcp:// without TLS; forward a remote one: ssh -L")
        own = socket.socket(fileno=os.dup(stream.fileno()))
    finally:
        response = getattr(stream, "_response", None)  # the SDK keeps its connection there
        if response is not None:
            response.close()
        stream.close()
    own.setblocking(False)
    return own


def _remove(client: Any, container: str) -> None:
    """Removes a container, or waits until the daemon has."""
    import docker

    try:
        client.api.remove_container(container, force=True, v=True)
    except docker.errors.NotFound:
        return
    except docker.errors.APIError as error:  # usually: its removal has begun already
        logger.debug("a container is being removed: %s", explain(error))
    with suppress(docker.errors.NotFound):
        client.api.wait(container, condition="removed")
