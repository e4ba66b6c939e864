"""What a program does to others that run at the same time, or that come after it on the same worker."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Call, Program, Sandbox, Status
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.sandbox.limits import Limits

#: Writes a stack of its own making into the pipe that the guest reads when the time of a program is up, as much as pipes hold.
LEAVE_A_STACK = """
import fcntl, os
fcntl.fcntl(5, 1031, 1 << 20)
os.set_blocking(5, False)
try:
    while True:
        os.write(5, b'  File "<solution>", line 1 in left_behind\\n' * 100)
except OSError:
    pass
def f(x):
    return x
"""
#: Takes all that a user's pipes may hold together: then the kernel makes new ones of two pages.
HOARD_PIPES = """
import fcntl, os, time
held = []
try:
    while True:
        held.append(os.pipe())
        fcntl.fcntl(held[-1][1], 1031, 1 << 20)
except OSError:
    pass
time.sleep(1.5)
def f(x):
    return x
"""


@pytest.fixture(scope="module", params=["bwrap", "direct"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sandbox(backend: str) -> Iterator[Sandbox]:
    try:
        made = make_sandbox(backend, workers=6)
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    with made:
        yield made


def calling(source: str, time_s: float) -> Program:
    return Program(source, entry_point="f", calls=(Call((1,)),), limits=Limits(time_s=time_s))


def test_a_stack_that_a_program_left_is_not_told_of_the_next_ones(backend: str) -> None:
    endless = calling("def f(x):\n    while True:\n        pass\n", 0.5)
    with make_sandbox(backend, workers=1) as sandbox:
        assert sandbox.run(calling(LEAVE_A_STACK, 2.0)).status is Status.OK
        told = [frame.function for _ in range(3) for frame in sandbox.run(endless).results[0].stopped_at]
    assert set(told) <= {"f"}  # a program that is late to say where it is says nothing


def test_a_program_may_print_what_it_may_while_its_neighbours_hoard_pipes(sandbox: Sandbox) -> None:
    honest = Program("print('x' * 30_000)\nint(input())\n", stdin=("1\n", "2\n", "3\n"), together=(3,))
    sandbox.run_many([calling("import time\ntime.sleep(0.2)\ndef f(x):\n    return x\n", 5.0)] * 6)  # so that all workers run
    hoarding = threading.Thread(target=sandbox.run_many, args=([calling(HOARD_PIPES, 5.0)] * 5,))
    hoarding.start()
    time.sleep(0.75)  # while they hold what they took
    result = sandbox.run(honest)
    hoarding.join()
    assert [(item.status, len(item.stdout)) for item in result.results] == [(Status.OK, 30_001)] * 3
