"""Every backend keeps the contract, resists the hostile programs and passes the honest ones."""

from __future__ import annotations

import shutil

import pytest

from rlvr_envs.sandbox.base import Call, Program, Sandbox
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.sandbox.limits import Limits
from tests.hostile.battery import HonestPrograms, HostileCanaries, HostilePrograms, HostileStdin
from tests.hostile.escapes import ESCAPES, IsolatedPrograms
from tests.sandbox.contract.sandbox_contract import SandboxContract


class TestBwrap(SandboxContract, HonestPrograms, HostilePrograms, HostileStdin, HostileCanaries, IsolatedPrograms):
    backend = "bwrap"

    def test_it_is_strong(self, sandbox: Sandbox) -> None:
        report = sandbox.report()
        assert report.level == "strong", report.features

    def test_a_text_that_does_not_fit_the_files_of_a_program_is_on_stdin_alone(self, sandbox: Sandbox) -> None:
        source = "import os\nprint(len(open(0).read()), os.path.exists('/dev/stdin'))"
        program = Program(source, stdin=("x" * (2 << 20), "x" * 100), limits=Limits(files_mib=1))
        assert [item.stdout for item in sandbox.run(program).results] == ["2097152 False\n", "100 True\n"]

    def test_what_a_program_does_to_the_file_of_its_stdin_is_gone_with_it(self, sandbox: Sandbox) -> None:
        source = "import os\nprint(open('/dev/stdin').read())\nopen('/dev/stdin', 'w').write('forged')\nos.mkdir('/box/own/x')"
        program = Program(source, stdin=("1", "2"))
        for _ in range(2):
            assert [item.stdout for item in sandbox.run(program).results] == ["1\n", "2\n"]


class TestDirect(SandboxContract, HonestPrograms, HostilePrograms, HostileStdin, HostileCanaries, IsolatedPrograms):
    backend = "direct"

    def test_it_is_weak(self, sandbox: Sandbox) -> None:
        report = sandbox.report()
        assert report.level == "weak", report.features
        assert report.features["pid_namespace"] is False


@pytest.mark.docker
class TestDocker(SandboxContract, HonestPrograms, HostilePrograms, HostileStdin, HostileCanaries, IsolatedPrograms):
    backend = "docker"

    def test_it_is_strong(self, sandbox: Sandbox) -> None:
        report = sandbox.report()
        assert report.level == "strong", report.features
        assert report.features["container"] is True
        assert report.features["pid_namespace"] is False


@pytest.mark.skipif(shutil.which("runsc") is None, reason="runsc is not installed: apt-get install runsc")
class TestGvisor(SandboxContract, HonestPrograms, HostilePrograms, HostileStdin, HostileCanaries, IsolatedPrograms):
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


class TestNone(SandboxContract, HonestPrograms, HostilePrograms, HostileStdin, HostileCanaries):
    backend = "none"
    isolates = False

    def test_it_warns(self) -> None:
        with pytest.warns(UserWarning, match="without any isolation"):
            make_sandbox("none").close()

    @pytest.mark.filterwarnings("ignore:backend 'none':UserWarning")
    def test_it_leaves_no_file_descriptor_and_refuses_use_after_close(self) -> None:
        super().test_it_leaves_no_file_descriptor_and_refuses_use_after_close()
