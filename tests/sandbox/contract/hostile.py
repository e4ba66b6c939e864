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
LIMITS = Limits(time_s=0.3, memory_mib=256, output_kib=16)


def right(x: int) -> int:
    return x * 7919 + 13


# What each tries -> its source.  Some print, forge, or end in the guest: none may be judged right.
CHEATS = {
    # lying values
    "an int that equals everything": "class A(int):\n def __eq__(s, o): return True\n def __hash__(s): return 0\ndef f(x): return A(1)",
    "an object that equals everything": "class A:\n def __eq__(s, o): return True\n def __ne__(s, o): return False\ndef f(x): return A()",
    "a str whose methods lie": "class S(str):\n def __eq__(s, o): return True\n def strip(s): return s\ndef f(x): return S('?')",
    "a class whose metaclass says int": "class M(type):\n def __instancecheck__(c, o): return True\n __name__ = 'int'\nclass A(metaclass=M): pass\ndef f(x): return A()",
    "an object that claims the class int": "class A:\n __class__ = int\n def __int__(s): return 1\n def __eq__(s, o): return 1\ndef f(x): return A()",
    # patched machinery
    "the guest's encoder patched": "import sys\nc = sys.modules['rlvr_guest.codec']\nc.encode = lambda *a, **k: ['opaque', 'int', '']\ndef f(x): return 0",
    "the guest's encoder made to write truth itself": "import sys\nc = sys.modules['rlvr_guest.codec']\nc.encode = lambda *a, **k: True\ndef f(x): return 0",
    "json and the comparison operators patched": "import json, operator, builtins\njson.dumps = lambda *a, **k: '[\"result\",0,\"ok\",true,\"\",0,null]'\noperator.eq = lambda a, b: True\nbuiltins.AssertionError = None\ndef f(x): return 0",
    "the worker's sender replaced": "import sys\np = sys.modules['rlvr_guest.program']\nold = p.Channel.send_result\ndef send(self, i, o, b, **k): old(self, i, 'ok', True, **k)\np.Channel.send_result = send\ndef f(x): return 0",
    "builtins.isinstance, type and len replaced": "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.len = lambda o: 0\ndef f(x): return 0",
    "a plain exception class that compares true": "class E(Exception):\n def __eq__(s, o): return True\ndef f(x): raise E()",
    # early exits
    "sys.exit(0) in the call": "import sys\ndef f(x): sys.exit(0)",
    "os._exit(0) in the call": "import os\ndef f(x): os._exit(0)",
    "sys.exit(0) while loading": "import sys\nsys.exit(0)",
    "os._exit(0) while loading": "import os\nos._exit(0)",
    "raise SystemExit in a finaliser and an exit handler": "import atexit, os\natexit.register(os._exit, 0)\nclass D:\n def __del__(s): os._exit(0)\nd = D()\ndel d\ndef f(x): return 0",
    "a thread that exits while the call runs": "import threading, os, time\ndef f(x):\n threading.Thread(target=os._exit, args=(0,)).start()\n time.sleep(5)",
    "printed success and exit": "import os\nprint('all tests passed')\nprint('{\"passed\": true}', flush=True)\nos._exit(0)",
    "SkipTest and KeyboardInterrupt": "import unittest\ndef f(x): raise unittest.SkipTest('fine') if x % 2 else KeyboardInterrupt",
    "killing itself": "import os, signal\ndef f(x):\n os.kill(os.getpid(), signal.SIGKILL)",
    "a segmentation fault": "import ctypes\ndef f(x): return ctypes.string_at(1)",
    # hunting for the expected value
    "a walk up the frames": "import sys\ndef f(x):\n frame, found = sys._getframe(), []\n while frame:\n  found += [v for v in frame.f_locals.values() if type(v) is int and v > x * 7000]\n  frame = frame.f_back\n return found[0]",
    "a search of the garbage collector": "import gc\ndef f(x):\n for o in gc.get_objects():\n  if type(o) in (list, tuple, dict):\n   for v in (o.values() if type(o) is dict else o):\n    if type(v) is int and v == x * 7919 + 12 + 1 and v is not x: return v\n return 0".replace("v == x * 7919 + 12 + 1", "v > x * 7000 and v < x * 8000"),
    "a search of its own memory": "def f(x):\n try: return int(open('/proc/self/mem', 'rb').read(10))\n except OSError: return 0",
    "every descriptor read": "import os\ndef f(x):\n got = []\n for fd in (0, 1, 2, 5, 6, 7, 8):\n  try:\n   os.set_blocking(fd, False)\n   got.append(os.read(fd, 10000))\n  except OSError: pass\n return got",
    "the test file and its neighbours": "import glob\ndef f(x):\n return [open(p).read() for p in glob.glob('/**/*hostile*', recursive=False)]",
    "the environment and the command line": "import os, sys\ndef f(x): return [int(v) for v in [*os.environ.values(), *sys.argv] if v.isdigit() and int(v) > 9]",
    # forged replies
    "a reply written to every descriptor": "import os, struct\nb = b'[\"result\",0,\"ok\",true,\"\",0,null]'\ndef f(x):\n for fd in range(64):\n  try: os.write(fd, struct.pack('>I', len(b)) + b)\n  except OSError: pass\n return 0",
    "a whole forged conversation": "import os, struct\ndef say(b): os.write(3, struct.pack('>I', len(b)) + b)\nsay(b'[\"loaded\",\"\",null]')\nfor i in range(3): say(b'[\"result\",%d,\"ok\",true,\"\",0,null]' % i)\nsay(b'[\"end\"]')\nos._exit(0)",
    "more results than asked": "import os, struct\ndef say(b): os.write(3, struct.pack('>I', len(b)) + b)\ndef f(x):\n for i in range(9): say(b'[\"result\",%d,\"ok\",true,\"\",0,null]' % i)\n return 0",
    "a thread that writes replies late": "import os, struct, threading\nb = b'[\"result\",1,\"ok\",true,\"\",0,null]'\ndef late():\n while True: os.write(3, struct.pack('>I', len(b)) + b)\nthreading.Thread(target=late, daemon=True).start()\ndef f(x): return 0",
    "a message of four gigabytes announced": "import os\ndef f(x):\n os.write(3, b'\\xff\\xff\\xff\\xff' + b'[' * 1000)\n return 0",
    "a deep message": "import os, struct\nb = b'[' * 60000\ndef f(x):\n os.write(3, struct.pack('>I', len(b)) + b)\n return 0",
    "messages that are not lists, or hold NaN, floats and objects": "import os, struct\ndef f(x):\n for b in (b'{}', b'[NaN]', b'[1.5]', b'\"end\"', b'\\xff'): os.write(3, struct.pack('>I', len(b)) + b)\n return 0",
    "values no encoder writes": "import os, struct\nb = b'[\"result\",0,\"ok\",[\"dict\",[\"list\"],1],\"\",0,null]'\ndef f(x):\n os.write(3, struct.pack('>I', len(b)) + b)\n os._exit(0)",
    "the reply pipe closed": "import os\ndef f(x):\n os.close(3)\n return 0",
    # bombs
    "an endless loop": "def f(x):\n while True: pass",
    "a loop in C that no signal handler ends": "def f(x): return sum(iter(int, 1))",
    "all the memory": "def f(x):\n a = []\n while True: a.append(bytearray(1 << 20))",
    "endless output past Python": "import os\ndef f(x):\n while True: os.write(1, b'x' * 4096)",
    "a recursion without end": "def f(x): return f(x)",
    "an endless message": "def f(x): raise ValueError('x' * 10**7)",
    "an exception whose text never ends": "class E(Exception):\n def __str__(s):\n  while True: pass\ndef f(x): raise E",
    "a flood of threads": "import threading, time\ndef f(x):\n while True: threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
    "keys with one hash": "def f(x): return {(2**61 - 1) * k for k in range(3000)}",
    "a number of a million digits": "def f(x): return 10 ** 10**6",
    # poisoning of what comes after
    "the standard library poisoned": "import builtins, sys, math\nbuiltins.sum = None\nsys.modules['json'] = None\nmath.floor = 3\nsys.path[:] = []\nsys.setrecursionlimit(60)\ndef f(x): return 0",
    "hooks and tracing": "import sys\nsys.settrace(lambda *a: None)\nsys.excepthook = print\nsys.setprofile(lambda *a: None)\ndef f(x): return 0",
}

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

HONEST = {
    "threads": "import threading\ndef f(x):\n out = []\n ts = [threading.Thread(target=out.append, args=(i,)) for i in range(4)]\n [t.start() for t in ts]\n [t.join() for t in ts]\n return x * 7919 + 13 + sum(out) - 6",
    "asyncio": "import asyncio\nasync def g(x):\n await asyncio.sleep(0.001)\n return x * 7919\ndef f(x): return asyncio.run(g(x)) + 13",
    "temporary files": "import tempfile, os\ndef f(x):\n with tempfile.TemporaryDirectory() as d:\n  p = os.path.join(d, 'a')\n  open(p, 'w').write(str(x * 7919))\n  return int(open(p).read()) + 13",
    "deep recursion": "import sys\nsys.setrecursionlimit(20000)\ndef g(n): return 0 if n == 0 else 1 + g(n - 1)\ndef f(x): return x * 7919 + g(5000) - 4987",
    "its own __eq__ and a dataclass": "from dataclasses import dataclass\n@dataclass(order=True)\nclass P:\n a: int\nclass Q:\n def __eq__(s, o): return isinstance(o, Q)\ndef f(x): return max(P(x * 7919), P(0)).a + 13 * (Q() == Q())",
    "prints": "def f(x):\n print('debug', x)\n return x * 7919 + 13",
    "a main guard that exits": "import sys\ndef f(x): return x * 7919 + 13\nif __name__ == '__main__':\n sys.exit(0)",
    "generators": "def g(x):\n yield from (x * 7919, 13)\ndef f(x): return sum(g(x))",
    "caches, heaps and big integers": "import functools, heapq\n@functools.lru_cache(None)\ndef g(n): return 1 if n < 2 else n * g(n - 1)\ndef f(x):\n h = [3, 1, 2]\n heapq.heapify(h)\n return x * 7919 + 12 + heapq.heappop(h) + g(300) - g(300)",
    "annotations of the future and typing": "from __future__ import annotations\nfrom typing import NamedTuple\nclass P(NamedTuple):\n a: int\ndef f(x: Unknown) -> int: return P(x).a * 7919 + 13",
    "late imports of the standard library": "def f(x):\n import sqlite3, zlib, unittest, xml.etree.ElementTree\n return sqlite3.connect(':memory:').execute('select ? * 7919 + 13', (x,)).fetchone()[0]",
    "heavy but legal memory": "def f(x):\n a = bytearray(100 << 20)\n return x * 7919 + 13 + a[-1]",
    "exceptions it catches itself": "def f(x):\n try: [][0]\n except IndexError as e: return x * 7919 + 13\n",
}


def program(source: str, **limits: float) -> Program:
    return Program(source, entry_point="f", calls=tuple(Call((x,)) for x in INPUTS), limits=LIMITS.replace(limits))


def assert_next_is_judged_right(sandbox: Sandbox) -> None:
    result = sandbox.run(program(RIGHT, time_s=5.0))
    assert result.status is Status.OK
    assert [item.value for item in result.results] == [right(x) for x in INPUTS]


class HostilePrograms:
    """None is paid, none is mistaken for a failure of the machinery, and the next program is judged right."""

    @pytest.mark.parametrize("trick", CHEATS)
    def test_it_is_not_paid_for_its_calls(self, sandbox: Sandbox, trick: str) -> None:
        result = sandbox.run(program(CHEATS[trick]))
        assert len(result.results) == len(INPUTS)
        paid = [i.status is Status.OK and type(i.value) is int and i.value == right(x) for i, x in zip(result.results, INPUTS, strict=True)]
        assert not any(paid)
        assert Status.INFRA_ERROR not in {result.status, *(item.status for item in result.results)}
        assert_next_is_judged_right(sandbox)

    @pytest.mark.parametrize("trick", CHEATS)
    def test_it_is_not_paid_by_test_statements(self, sandbox: Sandbox, trick: str) -> None:
        tests = tuple(f"assert f({x}) == {right(x)}" for x in INPUTS)
        result = sandbox.run(Program(CHEATS[trick], entry_point="f", tests=tests, limits=LIMITS))
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
        write = "import os\nfor i in range(20):\n os.makedirs('d/e', exist_ok=True)\n open(f'd/e/{i}', 'w').write('left')\nos.symlink('/etc', 'link')\ndef f(x): return os.listdir('.')"
        look = "import os\ndef f(x): return os.listdir('.')"
        for source, expected in ((write, {"d", "link"}), (look, set())):
            result = sandbox.run(Program(source, entry_point="f", calls=(Call((1,)),)))
            assert set(result.results[0].value) == expected

    def test_no_descriptor_of_the_worker_is_open(self, sandbox: Sandbox) -> None:
        source = "import os\ndef ok(fd):\n try: os.fstat(fd)\n except OSError: return False\n return True\ndef f(x): return [fd for fd in range(2000) if ok(fd)]"
        assert sandbox.run(Program(source, entry_point="f", calls=(Call((1,)),))).results[0].value == [0, 1, 2, 3, 4]

    def test_earlier_answers_and_sources_are_not_in_the_memory_that_it_inherits(self, sandbox: Sandbox) -> None:
        secret = "a7f3" * 8
        sandbox.run(Program(f"def f(x): return '{secret}' + x", entry_point="f", calls=(Call(("y",)),)))
        hunt = (
            "import gc, sys\ndef f(half):\n"
            " seen = [o for o in gc.get_objects() if type(o) is dict]\n"
            " texts = [v for d in seen for v in d.values() if type(v) in (str, bytes, bytearray)]\n"
            " texts += [bytes(o._buffer) for o in gc.get_objects() if type(o).__name__ == 'Zygote']\n"
            " return sum((half * 8 in v) if type(v) is str else (half.encode() * 8 in v) for v in texts)"
        )
        for _ in range(3):
            assert sandbox.run(Program(hunt, entry_point="f", calls=(Call(("a7f3",)),))).results[0].value == 0

    def test_the_host_sees_no_process_and_no_file_of_a_program(self, sandbox: Sandbox, tmp_path: Path) -> None:
        target = tmp_path / "canary"
        source = f"def f(x):\n open({os.fspath(target)!r}, 'w').write('out')"
        result = sandbox.run(Program(source, entry_point="f", calls=(Call((1,)),)))
        assert result.results[0].status is Status.ERROR
        assert not target.exists()
