"""The real sandbox of the tests that judge programs in one."""

from __future__ import annotations

import pytest

from rlvr_envs.sandbox.base import Sandbox


@pytest.fixture(scope="module")
def sandbox(auto_sandbox: Sandbox) -> Sandbox:
    return auto_sandbox
