"""A library outside the tested range is refused with the remedy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rlvr_envs.errors import MissingExtra
from rlvr_train.versions import UnsupportedVersion, require


def test_installed_version_in_range_is_returned() -> None:
    assert require(("not-there-at-all", "numpy"), low="1.0", high="99", extra="train").major >= 1


def test_version_outside_the_range_names_range_version_and_remedy() -> None:
    with pytest.raises(UnsupportedVersion, match=r"numpy must be >=0.1,<0.2 .* got \d.*pip install 'rlvr\[train\]'"):
        require(("numpy",), low="0.1", high="0.2", extra="train")


def test_missing_library_names_the_extra() -> None:
    with pytest.raises(MissingExtra, match=r"pip install 'rlvr\[vllm\]'"):
        require(("not-there-at-all",), low="1", high="2", extra="vllm")


def test_importing_the_package_alone_loads_no_torch() -> None:
    code = "import sys, rlvr_train; print(sorted({'torch', 'trl', 'transformers'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
