"""The Docker image of guests, made from the running Python without a registry.

It holds the base interpreter with its standard library (no tests, no site-packages), the shared libraries that these need, time
zones, and the third-party packages that were asked for.  The ``Dockerfile`` beside this module makes one from a registry.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.container import connection
from rlvr_envs.sandbox.launch import find_interpreter
from rlvr_envs.sandbox.packages import PACKAGE_FOLDER, check_names, find_packages

_REPOSITORY = "rlvr-sandbox"
_LEFT_OUT = {"test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "site-packages", "dist-packages"}
_ZONES = "/usr/share/zoneinfo"
_LEFT_OUT_ZONES = {"posix", "right"}  # the same zones in other encodings of leap seconds
_ACCOUNTS = {
    "etc/passwd": b"root:x:0:0::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n",
    "etc/group": b"root:x:0:\nnogroup:x:65534:\n",
}
_LIBRARY = re.compile(r"^\s+(?:\S+ => )?(/\S+)(?: \(0x[0-9a-f]+\))?$", re.MULTILINE)


def image_name(packages: Sequence[str] = ()) -> str:
    """Returns the name of the image with these packages, for the running Python's version."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"{_REPOSITORY}:{'-'.join((version, *check_names(packages)))}"


def make_command(packages: Sequence[str] = ()) -> str:
    """Returns the command that makes that image."""
    return " ".join(("rlvr sandbox image", *(f"--with {name}" for name in packages)))


def make_image(packages: Sequence[str] = (), *, tag: str | None = None) -> str:
    """Makes the image, replacing one of that name, and returns its name.

    Args:
        packages: Third-party packages of this environment to take in.
        tag: A name of one's own (``RLVR_DOCKER_IMAGE`` then names it to the backend); None: the name that the backend looks for.

    Raises:
        SandboxUnavailable: No Linux, no daemon, or a package that is not installed.
    """
    if sys.platform != "linux":
        raise SandboxUnavailable(f"this is {sys.platform}, whose Python runs in no container: build {DOCKERFILE} instead")
    name = tag or image_name(packages)
    repository, _, version = name.partition(":") if "/" not in name.rpartition(":")[2] else (name, "", "")
    changes = [
        "ENV PATH=/usr/bin",
        "USER 65534:65534",
        f"LABEL rlvr.python={sysconfig.get_python_version()} rlvr.packages={'-'.join(check_names(packages)) or 'none'}",
    ]
    find_packages(packages)  # before a daemon is asked for
    with connection() as client, tempfile.NamedTemporaryFile(suffix=".tar") as file:
        write_archive(Path(file.name), packages)
        client.api.import_image_from_file(file.name, repository=repository, tag=version or "latest", changes=changes)
        client.api.inspect_image(name)  # an import that failed says so in a text that nobody checks
    return name


#: For users with a registry.
DOCKERFILE = Path(__file__).with_name("Dockerfile")


def write_archive(target: Path, packages: Sequence[str] = ()) -> None:
    """Writes the root file system of a guest to ``target``, as a tar archive."""
    files = dict(_contents(packages))
    for name, library in _libraries(files):
        files.setdefault(name, library)
    folders = {"etc", "usr", "usr/bin", "usr/lib", "lib64", "tmp", "proc", "dev", "sys", "opt", PACKAGE_FOLDER[1:]}
    for name in files:
        folders.update(str(parent) for parent in Path(name).parents)
    with tarfile.open(target, "w") as archive:
        # Storage drivers invent a mode for a folder without an entry, one that only root can enter.
        for folder in sorted(folders - {"."}):
            _add(archive, folder, tarfile.DIRTYPE, mode=0o1777 if folder == "tmp" else 0o755)
        _add(archive, "lib", tarfile.SYMTYPE, link="usr/lib")
        for name, data in _ACCOUNTS.items():
            _add(archive, name, tarfile.REGTYPE, data=data)
        for name, path in sorted(files.items()):
            archive.add(path, name, recursive=False, filter=_as_root)


def _add(archive: tarfile.TarFile, name: str, kind: bytes, *, mode: int = 0o644, data: bytes = b"", link: str = "") -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.size, entry.linkname = kind, mode, len(data), link
    archive.addfile(entry, io.BytesIO(data))


def _as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Makes a file root's, readable by all, and a file of its own where it was a second name."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o755 if entry.mode & 0o100 else 0o644
    return entry


def _contents(packages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yields name in the image and path here of all files but shared libraries from outside."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    yield "usr/bin/python3", find_interpreter().executable
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix, "installed_base": sys.base_prefix}
    for place in {sysconfig.get_path(name, vars=base) for name in ("stdlib", "platstdlib")}:
        yield from _tree(place, f"usr/lib/{version}", _LEFT_OUT)
    yield from _tree(_ZONES, _ZONES[1:], _LEFT_OUT_ZONES)
    for package in find_packages(packages):
        for path in package.paths:
            name = f"{PACKAGE_FOLDER[1:]}/{os.path.basename(path)}"
            if os.path.isdir(path):
                yield from _tree(path, name, {"tests"})
            else:
                yield name, path


def _tree(place: str, name: str, left_out: set[str]) -> Iterator[tuple[str, str]]:
    """Yields the files below ``place``; compiled modules come along, since no program can keep one that it made."""
    for folder, folders, files in os.walk(place):
        folders[:] = [entry for entry in folders if entry not in left_out and not entry.startswith("config-")]
        for file in files:
            path = os.path.join(folder, file)
            if not file.endswith((".a", ".opt-1.pyc", ".opt-2.pyc")):
                yield os.path.join(name, os.path.relpath(path, place)), path


def _libraries(files: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yields the shared libraries that the executable and the extension modules need, as the dynamic loader finds them."""
    binaries = [path for name, path in files.items() if name == "usr/bin/python3" or ".so" in os.path.basename(name)]
    shown = subprocess.run(["ldd", *binaries], capture_output=True, text=True, check=False).stdout
    known = {os.path.realpath(path) for path in files.values()}
    for library in sorted(set(_LIBRARY.findall(shown))):
        if os.path.realpath(library) in known:
            continue
        loader = library.startswith(("/lib64/", "/lib/ld-"))  # the one whose whole path is written in the executable
        folder = "lib64" if loader and library.startswith("/lib64/") else "usr/lib"
        yield f"{folder}/{os.path.basename(library)}", os.path.realpath(library)
