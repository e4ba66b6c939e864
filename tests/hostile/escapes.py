"""Ways out of the sandbox that the kernel must refuse, and traces that must not stay behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rlvr_envs.info import Verdict
from rlvr_envs.sandbox.base import Call, Program, Sandbox, Status
from tests.hostile.asked import CALLS, judge, right_program

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
    "another root": "check(libc.chroot(b'.'))",
    "memory that no limit counts": "os.memfd_create('m')",
    "shared memory": "shared_memory.SharedMemory('rlvr-left', create=True, size=4096)",
    "shared memory of System V": "check(libc.shmget(0x7219, 4096, 0o1600))",
    "semaphores of System V": "check(libc.semget(0x7219, 1, 0o1600))",
    "a message queue of System V": "check(libc.msgget(0x7219, 0o1600))",
    "a message queue": "check(libc.mq_open(b'/rlvr', 0o102, 0o600, None))",
    "socket buffers that no limit counts": "socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)",
    "a named pipe": "os.mkfifo('pipe')",
    "a lease on the library": "fcntl.fcntl(os.open(os.__file__, os.O_RDONLY), 1024, fcntl.F_RDLCK)",
    "news of a folder": "fcntl.fcntl(os.open(os.path.dirname(os.__file__), os.O_RDONLY), 1026, 2)",
    "news of files": "check(libc.inotify_init())",
    "a higher priority": "os.nice(-5)",
    "another processor": "os.sched_setaffinity(0, {0})",
    "its own dumpable flag": "check(libc.prctl(4, 1, 0, 0, 0))",
    "a tracer of its own": "check(libc.ptrace(0, 0, 0, 0))",
    "a new owner of a file": "open('o', 'w').close() or os.chown('o', 12, 12)",
    "another personality": "check(libc.personality(0x0040000))",
    "another host name": "check(libc.sethostname(b'x', 1))",
    "its own memory as a file": "open('/proc/self/mem', 'rb')",
    "the descriptors of the parent": "os.open(f'/proc/{os.getppid()}/fd/1', os.O_WRONLY | os.O_NONBLOCK)",
}
PRELUDE = """
import ctypes, fcntl, os, resource, signal, socket, subprocess
from multiprocessing import shared_memory
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


class IsolatedPrograms:
    """Nothing gets out of the sandbox, and nothing stays behind in it."""

    @pytest.mark.parametrize("escape", ESCAPES)
    def test_the_kernel_refuses(self, sandbox: Sandbox, escape: str) -> None:
        result = sandbox.run(Program(PRELUDE, entry_point="f", calls=(Call((ESCAPES[escape],)),)))
        assert [item.value for item in result.results] == ["refused"]
        assert judge(sandbox, CALLS, right_program(CALLS)).judgement.verdict is Verdict.SOLVED

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
