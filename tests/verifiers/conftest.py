"""The real sandbox of the tests that judge programs in one, shared by the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.factory import make_sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    try:
        made = make_sandbox("auto", workers=1)
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    with made:
        yield made
