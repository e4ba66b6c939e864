"""The sandbox of a test class, shared by its tests as an environment's steps share it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.factory import make_sandbox


@pytest.fixture(scope="class")
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of the class's ``backend`` with two workers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # backend 'none' warns, as a test of its own shows
        sandbox = make_sandbox(request.cls.backend, workers=2)
    with sandbox:
        yield sandbox
