"""A folder that a program has filled is emptied, whatever the program did to make that hard."""

from __future__ import annotations

import gc
import os
import warnings
from pathlib import Path

import pytest

from rlvr_envs.sandbox.guest.folders import empty_folder, remove_folder


def test_a_folder_too_deep_for_recursion_and_for_a_path_is_emptied(tmp_path: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    os.chdir(tmp_path)
    try:
        for _ in range(3000):
            os.mkdir("a_folder_with_a_long_name")
            os.chdir("a_folder_with_a_long_name")
        Path("file").write_text("deep")
    finally:
        os.chdir(here)
        os.close(here)
    empty_folder(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_names_that_it_would_use_itself_links_and_closed_folders_do_not_disturb_it(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    full = tmp_path / "full"
    (full / "a" / "b" / "c").mkdir(parents=True)
    (full / "0.up").mkdir()
    (full / "1.up").touch()
    (full / "link").symlink_to(outside)
    (full / "a" / "link").symlink_to(outside)
    (full / "a" / "b").chmod(0)
    full.chmod(0)
    empty_folder(str(full))
    assert list(full.iterdir()) == []
    assert (outside / "kept").exists()


def test_a_removed_folder_is_gone_and_a_missing_one_is_no_fault(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    remove_folder(str(folder))
    assert not folder.exists()
    remove_folder(str(folder))


def test_an_entry_that_vanishes_meanwhile_is_no_fault_and_no_folder_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inner").mkdir()
    for name in "abc":
        (tmp_path / "inner" / name).touch()
    remove = os.unlink

    def remove_after_another(path: str) -> None:
        remove(path)
        raise FileNotFoundError(path)

    monkeypatch.setattr(os, "unlink", remove_after_another)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        empty_folder(str(tmp_path))
        gc.collect()
    assert list(tmp_path.iterdir()) == []
