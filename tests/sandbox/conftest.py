"""The sandbox of a test class, shared by its tests as an environment's steps share it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.sandbox.pool import PooledSandbox
from tests.hostile.boxed import BoxedNoneLauncher


@pytest.fixture(scope="class")
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of the class's ``backend`` with two workers; hostile programs meet ``none`` in a box alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # backend 'none' warns, as a test of its own shows
        if request.cls.backend == "none":
            made: Sandbox = PooledSandbox(BoxedNoneLauncher(), workers=2)
        else:
            made = make_sandbox(request.cls.backend, workers=2)
    with made:
        yield made
