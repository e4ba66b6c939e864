"""Every backend keeps the contract, resists the hostile programs and passes the honest ones."""

from __future__ import annotations

import shutil

import pytest

from rlvr_envs.sandbox.base import Call, Program, Sandbox
from rlvr_envs.sandbox.factory import make_sandbox
from tests.hostile.battery import HonestPrograms, HostilePrograms, HostileStdin
from tests.hostile.escapes import ESCAPES, IsolatedPrograms
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


@pytest.mark.docker
class TestDocker(SandboxContract, HonestPrograms, HostilePrograms, HostileStdin, IsolatedPrograms):
    backend = "docker"

    def test_it_is_strong(self, sandbox: Sandbox) -> None:
        report = sandbox.report()
        assert report.level == "strong", report.features
        assert report.features["container"] is True
        assert report.features["pid_namespace"] is False


@pytest.mark.skipif(shutil.which("runsc") is None, reason="runsc is not installed: apt-get install runsc")
class TestGvisor(SandboxContract, HonestPrograms, HostilePrograms, HostileStdin, IsolatedPrograms):
    backend = "gvisor"

    # Its /proc is there to be read.
    OPEN = frozenset({"processes", "its own memory as a file", "the descriptors of the parent"})

    @pytest.mark.parametrize("escape", sorted(ESCAPES.keys() - OPEN))
    def test_the_kernel_refuses(self, sandbox: Sandbox, escape: str) -> None:
        super().test_the_kernel_refuses(sandbox, escape)

    def test_a_program_sees_the_processes_of_its_sandbox_alone_and_so_it_is_weak(self, sandbox: Sandbox) -> None:
        source = "import os\ndef f(x):\n    return sum(name.isdigit() for name in os.listdir('/proc'))"
        seen = sandbox.run(Program(source, entry_point="f", calls=(Call((0,)),))).results[0].value
        assert seen in (2, 3)  # the zygote, itself, and the process of the next program once it is forked
        assert sandbox.report().level == "weak"


class TestNone(SandboxContract, HonestPrograms, HostilePrograms, HostileStdin):
    backend = "none"
    isolates = False

    def test_it_warns(self) -> None:
        with pytest.warns(UserWarning, match="without any isolation"):
            make_sandbox("none").close()

    @pytest.mark.filterwarnings("ignore:backend 'none':UserWarning")
    def test_it_leaves_no_file_descriptor_and_refuses_use_after_close(self) -> None:
        super().test_it_leaves_no_file_descriptor_and_refuses_use_after_close()
