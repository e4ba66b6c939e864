"""Every backend keeps the contract, resists the hostile programs and passes the honest ones."""

from __future__ import annotations

import pytest

from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.factory import make_sandbox
from tests.hostile.battery import HonestPrograms, HostilePrograms, HostileStdin, IsolatedPrograms
from tests.sandbox.contract.sandbox_contract import SandboxContract


class TestBwrap(SandboxContract, HonestPrograms, HostilePrograms, HostileStdin, IsolatedPrograms):
    backend = "bwrap"

    def test_it_is_strong(self, sandbox: Sandbox) -> None:
        report = sandbox.report()
        assert report.level == "strong", report.features


class TestDirect(SandboxContract, HonestPrograms, HostilePrograms, HostileStdin, IsolatedPrograms):
    backend = "direct"

    def test_it_is_weak(self, sandbox: Sandbox) -> None:
        report = sandbox.report()
        assert report.level == "weak", report.features
        assert report.features["pid_namespace"] is False


class TestNone(SandboxContract, HonestPrograms, HostilePrograms, HostileStdin):
    backend = "none"
    isolates = False

    def test_it_warns(self) -> None:
        with pytest.warns(UserWarning, match="without any isolation"):
            make_sandbox("none").close()

    @pytest.mark.filterwarnings("ignore:backend 'none':UserWarning")
    def test_it_leaves_no_file_descriptor_and_refuses_use_after_close(self) -> None:
        super().test_it_leaves_no_file_descriptor_and_refuses_use_after_close()
