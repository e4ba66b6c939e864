"""Programs that try to be paid without solving the task, or to do harm, and honest ones that look unusual.

The task is always the same: ``f(x)`` shall return ``x * 7919 + 13``.  Inputs are drawn so that no constant is right.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rlvr_envs.sandbox.base import Call, Program, Sandbox, Status
from rlvr_envs.sandbox.limits import Limits

INPUTS = (48_611, 77_417, 91_283)
RIGHT = "def f(x):\n    return x * 7919 + 13\n"
LIMITS = Limits(time_s=1.0, memory_mib=256, output_kib=16)


def right(x: int) -> int:
    return x * 7919 + 13


PROGRAMS = Path(__file__).parents[1] / "programs"


def read_programs(folder: str) -> dict[str, str]:
    """The programs of a folder by family and name; each says in its first line what it tries."""
    files = sorted((PROGRAMS / folder).rglob("*.py"))
    return {file.relative_to(PROGRAMS).with_suffix("").as_posix(): file.read_text(encoding="utf-8") for file in files}


HOSTILE = read_programs("hostile")
HONEST = read_programs("honest")

# What each tries -> an expression over the modules below; must raise OSError (or give the value in the second table).
ESCAPES = {
    "a new process": "os.fork()",
    "another program": "os.execv('/bin/sh', ['sh', '-c', 'true'])",
    "a subprocess": "subprocess.run(['true'])",
    "a TCP socket": "socket.create_connection(('127.0.0.1', 9), 1)",
    "a UDP socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "a unix socket": "socket.socket(socket.AF_UNIX)",
    "a netlink socket": "socket.socket(16, 3)",
    "the parent killed": "os.kill(os.getppid(), 9)",
    "everything killed": "os.kill(-1, 9)",
    "the host's users": "open('/etc/passwd').read()",
    "processes": "os.listdir('/proc')",
    "the home of root": "open('/root/.bashrc').read()",
    "third-party packages": "open(os.path.join(os.path.dirname(os.__file__), 'site-packages', 'pip', '__init__.py'))",
    "a file beside the library": "open(os.path.join(os.path.dirname(os.__file__), 'planted.py'), 'w')",
    "a file in the root": "open('/planted', 'w')",
    "a device": "os.mknod('sda', 0o60600, os.makedev(8, 0))",
    "kernel memory": "open('/dev/mem', 'rb')",
    "a mount": "check(libc.mount(b'none', b'.', b'tmpfs', 0, None))",
    "a new namespace": "check(libc.unshare(0x10000000))",
    "tracing": "check(libc.ptrace(16, os.getppid(), 0, 0))",
    "the memory of the parent": "check(libc.process_vm_readv(os.getppid(), None, 0, None, 0, 0) - 1)",
    "a signal by descriptor": "check(libc.fcntl(0, 8, os.getppid()))",
    "the limits of the parent": "resource.prlimit(os.getppid() or 2, resource.RLIMIT_CPU, (1, 1))",
    "its limits raised": "resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))",
    "a file of a gigabyte": "open('big', 'wb').write(bytes(1 << 20) * 40)",
    "root again": "os.setuid(0) or os.chroot('.')",
}
PRELUDE = """
import ctypes, os, resource, signal, socket, subprocess
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
libc = ctypes.CDLL(None, use_errno=True)
def check(code):
    if code < 0:
        raise OSError(ctypes.get_errno(), 'refused')
def f(text):
    try:
        eval(text)
    except (OSError, ValueError) as error:
        return 'refused'
    return 'done'
"""
LIST_FILES = """
import os
def f(x):
    return os.listdir('.')
"""
LEAVE_FILES = """
import os
os.makedirs('d/e')
for i in range(20):
    open(f'd/e/{i}', 'w').write('left')
os.symlink('/etc', 'link')
def f(x):
    return os.listdir('.')
"""
LIST_DESCRIPTORS = """
import os
def is_open(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True
def f(x):
    return [fd for fd in range(2000) if is_open(fd)]
"""
HUNT_FOR_TEXT = """
import gc
def f(part):
    texts = [v for o in gc.get_objects() if type(o) is dict for v in o.values() if type(v) in (str, bytes, bytearray)]
    texts += [bytes(o._buffer) for o in gc.get_objects() if type(o).__name__ == 'Zygote']
    return sum((part * 8 in v) if type(v) is str else (part.encode() * 8 in v) for v in texts)
"""


def program(source: str, **limits: float) -> Program:
    return Program(source, entry_point="f", calls=tuple(Call((x,)) for x in INPUTS), limits=LIMITS.replace(limits))


def assert_next_is_judged_right(sandbox: Sandbox) -> None:
    result = sandbox.run(program(RIGHT, time_s=5.0))
    assert result.status is Status.OK
    assert [item.value for item in result.results] == [right(x) for x in INPUTS]


class HostilePrograms:
    """None is paid, none is mistaken for a failure of the machinery, and the next program is judged right."""

    @pytest.mark.parametrize("trick", HOSTILE)
    def test_it_is_not_paid_for_its_calls(self, sandbox: Sandbox, trick: str) -> None:
        result = sandbox.run(program(HOSTILE[trick]))
        assert len(result.results) == len(INPUTS)
        paid = [
            i.status is Status.OK and type(i.value) is int and i.value == right(x)
            for i, x in zip(result.results, INPUTS, strict=True)
        ]
        assert not any(paid)
        assert Status.INFRA_ERROR not in {result.status, *(item.status for item in result.results)}
        assert_next_is_judged_right(sandbox)

    @pytest.mark.parametrize("trick", HOSTILE)
    def test_it_is_not_paid_by_test_statements(self, sandbox: Sandbox, trick: str) -> None:
        tests = tuple(f"assert f({x}) == {right(x)}" for x in INPUTS)
        result = sandbox.run(Program(HOSTILE[trick], entry_point="f", tests=tests, limits=LIMITS))
        assert len(result.results) == len(INPUTS)
        assert Status.OK not in {item.status for item in result.results}
        assert Status.INFRA_ERROR not in {result.status, *(item.status for item in result.results)}
        assert_next_is_judged_right(sandbox)


class HonestPrograms:
    @pytest.mark.parametrize("kind", HONEST)
    def test_it_is_judged_right(self, sandbox: Sandbox, kind: str) -> None:
        result = sandbox.run(program(HONEST[kind], time_s=5.0))
        assert result.status is Status.OK, (result, kind)
        assert [item.value for item in result.results] == [right(x) for x in INPUTS]


class IsolatedPrograms:
    """Nothing gets out of the sandbox, and nothing stays behind in it."""

    @pytest.mark.parametrize("escape", ESCAPES)
    def test_the_kernel_refuses(self, sandbox: Sandbox, escape: str) -> None:
        result = sandbox.run(Program(PRELUDE, entry_point="f", calls=(Call((ESCAPES[escape],)),)))
        assert [item.value for item in result.results] == ["refused"]
        assert_next_is_judged_right(sandbox)

    def test_files_do_not_outlive_their_program(self, sandbox: Sandbox) -> None:
        for source, expected in ((LEAVE_FILES, {"d", "link"}), (LIST_FILES, set())):
            result = sandbox.run(Program(source, entry_point="f", calls=(Call((1,)),)))
            assert set(result.results[0].value) == expected

    def test_no_descriptor_of_the_worker_is_open(self, sandbox: Sandbox) -> None:
        result = sandbox.run(Program(LIST_DESCRIPTORS, entry_point="f", calls=(Call((1,)),)))
        assert result.results[0].value == [0, 1, 2, 3, 4, 5]

    def test_earlier_answers_and_sources_are_not_in_the_memory_that_it_inherits(self, sandbox: Sandbox) -> None:
        secret = "a7f3" * 8
        sandbox.run(Program(f"def f(x): return '{secret}' + x", entry_point="f", calls=(Call(("y",)),)))
        for _ in range(3):
            assert sandbox.run(Program(HUNT_FOR_TEXT, entry_point="f", calls=(Call(("a7f3",)),))).results[0].value == 0

    def test_the_host_sees_no_process_and_no_file_of_a_program(self, sandbox: Sandbox, tmp_path: Path) -> None:
        target = tmp_path / "canary"
        source = f"def f(x):\n open({os.fspath(target)!r}, 'w').write('out')"
        result = sandbox.run(Program(source, entry_point="f", calls=(Call((1,)),)))
        assert result.results[0].status is Status.ERROR
        assert not target.exists()
