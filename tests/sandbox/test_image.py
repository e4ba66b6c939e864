"""The image of guests: what is in it, without a daemon."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox import image

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("image") / "root.tar"
    image.write_archive(file)
    return file


def test_it_holds_the_interpreter_and_its_library_and_nothing_of_site_packages(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        names = set(tar.getnames())
    assert {"usr/bin/python3", f"usr/lib/python{VERSION}/os.py", f"usr/lib/python{VERSION}/json/decoder.py", "lib"} <= names
    assert not [name for name in names if "site-packages/" in name or "dist-packages/" in name or "/ensurepip/" in name]


def test_every_folder_has_an_entry_that_all_may_enter_and_all_belongs_to_root(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        entries = {entry.name: entry for entry in tar.getmembers()}
    for name, entry in entries.items():
        assert (entry.uid, entry.gid) == (0, 0), name
        assert entry.isdir() or entry.isfile() or entry.issym(), name
        parent = str(Path(name).parent)
        assert parent == "." or (entries[parent].isdir() and entries[parent].mode & 0o5), name


def test_every_shared_library_of_the_interpreter_is_there(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        kept = {Path(name).name for name in tar.getnames()}
    executable = image.find_interpreter().executable
    shown = subprocess.run(["ldd", executable], capture_output=True, text=True, check=True).stdout
    needed = {Path(line.split()[0]).name for line in shown.splitlines() if "vdso" not in line}
    assert needed
    assert needed <= kept


def test_images_are_named_for_the_version_and_the_packages() -> None:
    assert image.image_name() == f"rlvr-sandbox:{VERSION}"
    assert image.image_name(("scipy", "numpy")) == f"rlvr-sandbox:{VERSION}-numpy-scipy"
    assert image.make_command(("numpy",)) == "rlvr sandbox image --with numpy"


def test_another_system_is_pointed_to_the_dockerfile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SandboxUnavailable, match=r"build .*Dockerfile"):
        image.make_image()
