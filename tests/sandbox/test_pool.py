"""Workers that die, forks, threads, signals: every program is answered once and nothing is left behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr_envs.errors import EnvClosed, SandboxUnavailable
from rlvr_envs.sandbox.base import Call, Program, RunResult, Status
from rlvr_envs.sandbox.bwrap import BwrapLauncher
from rlvr_envs.sandbox.direct import DirectLauncher
from rlvr_envs.sandbox.launch import LaunchSpec
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.sandbox.pool import PooledSandbox

DOUBLE = Program("def f(x):\n    return 2 * x", entry_point="f", calls=(Call((21,)),))
ENDLESS = Program("def f(x):\n    while True:\n        pass", entry_point="f", calls=(Call((0,)),), limits=Limits(time_s=30.0))


def children() -> set[int]:
    own = str(os.getpid())
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[1] == own and fields[0] != "Z":
                found.add(int(entry.name))
    return found


@pytest.fixture
def pool() -> Iterator[PooledSandbox]:
    with PooledSandbox(DirectLauncher(), workers=2) as pool:
        yield pool


def value(result: RunResult) -> object:
    return result.results[0].value


def test_a_killed_worker_is_replaced_and_its_program_judged_again(pool: PooledSandbox) -> None:
    assert value(pool.run(DOUBLE)) == 42
    for _ in range(3):
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        assert value(pool.run(DOUBLE)) == 42


def test_workers_killed_at_random_cost_no_verdict(pool: PooledSandbox) -> None:
    done = threading.Event()
    rng = random.Random(7)
    own = children()
    pool.run_many([DOUBLE] * 4)

    def kill_now_and_then() -> None:
        while not done.wait(0.2 + 0.3 * rng.random()):
            for pid in sorted(children() - own)[:1]:
                os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    try:
        results = pool.run_many([DOUBLE] * 300)
    finally:
        done.set()
        killer.join()
    assert all(value(result) == 42 or result.status in (Status.CRASH, Status.INFRA_ERROR) for result in results)
    assert sum(value(result) == 42 for result in results) >= 295


def test_a_program_that_kills_its_workers_is_a_crash_and_not_an_infrastructure_error() -> None:
    killer = Program("import os\ndef f(x):\n    os.kill(os.getppid(), 9)", entry_point="f", calls=(Call((0,)),))
    with PooledSandbox(DirectLauncherWithoutIsolation(), workers=1) as pool:
        results = pool.run_many([DOUBLE, killer, DOUBLE])
    assert [result.status for result in results] == [Status.OK, Status.CRASH, Status.OK]
    assert "two fresh workers died" in results[1].detail


class DirectLauncherWithoutIsolation(DirectLauncher):
    def spec(self) -> LaunchSpec:
        spec = super().spec()
        off = dict.fromkeys(("landlock", "drop_capabilities", "seccomp"), False)
        return LaunchSpec(spec.argv, spec.env, {**spec.policy, **off}, spec.scratch)


class BrokenLauncher(DirectLauncher):
    def spec(self) -> LaunchSpec:
        spec = super().spec()
        return LaunchSpec(
            (sys.executable, "-c", "import sys; sys.exit('no namespaces here')"), spec.env, spec.policy, spec.scratch
        )

    def help(self) -> str:
        return "switch them on"


def test_a_guest_that_does_not_start_raises_with_its_words_and_the_remedy() -> None:
    with (
        PooledSandbox(BrokenLauncher(), workers=1) as pool,
        pytest.raises(SandboxUnavailable, match=r"no namespaces here.*switch them on"),
    ):
        pool.run(DOUBLE)


def test_workers_are_recycled() -> None:
    with PooledSandbox(DirectLauncher(), workers=1, recycle_after=2) as pool:
        source = "import os\ndef f(x):\n    return os.getppid()"
        parents = [value(pool.run(Program(source, entry_point="f", calls=(Call((0,)),)))) for _ in range(5)]
    assert parents[0] == parents[1] != parents[2] == parents[3] != parents[4]


def test_close_ends_programs_that_run_and_their_callers_hear_of_it(pool: PooledSandbox) -> None:
    errors: list[BaseException] = []
    begun = threading.Event()

    def work() -> None:
        begun.set()
        try:
            pool.run_many([ENDLESS] * 4)
        except EnvClosed as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    pool.close()
    thread.join(10)
    assert not thread.is_alive()
    assert len(errors) == 1


def test_no_process_and_no_scratch_folder_is_left() -> None:
    before = children()
    with PooledSandbox(DirectLauncher(), workers=2) as pool:
        pool.run_many([DOUBLE] * 4)
        scratch = [worker._guest.scratch for slot in pool._turnstile.slots for worker in slot._workers.values()]
        assert all(path and os.path.isdir(path) for path in scratch)
    assert children() == before
    assert not any(os.path.exists(path) for path in scratch if path)


SCRIPTS = {
    "fork": """
import os
assert sandbox.run(DOUBLE).results[0].value == 42
pid = os.fork()
value = sandbox.run(DOUBLE).results[0].value
if pid == 0:
    os._exit(0 if value == 42 else 1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
assert sandbox.run(DOUBLE).results[0].value == 42
""",
    "threads that end": """
import threading
threads = [threading.Thread(target=sandbox.run, args=(DOUBLE,)) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
assert sandbox.run_many([DOUBLE] * 4)[3].results[0].value == 42
""",
    "exit without close": "sandbox.run_many([DOUBLE] * 3)",
    "an interrupt": """
import os, signal, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what it runs in the background
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    sandbox.run(ENDLESS)
except KeyboardInterrupt:
    assert sandbox.run(DOUBLE).results[0].value == 42
else:
    raise SystemExit('no interrupt came')
""",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_process_of_its_own_ends_in_order(name: str, tmp_path: Path) -> None:
    head = "from tests.sandbox.test_pool import DOUBLE, ENDLESS\nfrom rlvr_envs.sandbox.factory import shared_sandbox\n"
    head += "sandbox = shared_sandbox()\n"
    environment = {**os.environ, "TMPDIR": os.fspath(tmp_path), "PYTHONPATH": os.getcwd()}
    command = [
        sys.executable,
        "-W",
        "error",
        "-W",
        "ignore:.*multi-threaded.*fork:DeprecationWarning",
        "-c",
        head + SCRIPTS[name],
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.glob("rlvr-*")) == []


WRITE_AND_LIST = """
import os, time
def f(x):
    open('/tmp/a', 'w').write(x)
    time.sleep(0.05)
    return os.listdir('/tmp'), open('/tmp/a').read()
"""


def test_two_workers_of_bwrap_share_nothing() -> None:
    programs = [Program(WRITE_AND_LIST, entry_point="f", calls=(Call((name,)),)) for name in "abcd"]
    with PooledSandbox(BwrapLauncher(), workers=2) as pool:
        assert [value(result) for result in pool.run_many(programs)] == [(["a"], name) for name in "abcd"]
