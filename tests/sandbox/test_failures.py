"""What fails is the machinery, until shown otherwise: retried, reported, or laid to the program that it always happens with."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from rlvr_envs.sandbox.base import Call, Program, Status
from rlvr_envs.sandbox.bwrap import BwrapLauncher
from rlvr_envs.sandbox.direct import DirectLauncher
from rlvr_envs.sandbox.launch import Launcher, LaunchSpec
from rlvr_envs.sandbox.pool import PooledSandbox
from rlvr_envs.sandbox.process import GuestProcess
from rlvr_envs.sandbox.slots import Slot
from tests.sandbox.watching import DOUBLE, children, descendants, value

ROOT = Path(__file__).parents[2]
TESTED = Program("def f(x):\n    return 2 * x", entry_point="f", tests=("assert f(21) == 42",))


@pytest.mark.parametrize("launcher", [BwrapLauncher, DirectLauncher])
def test_a_killed_worker_is_replaced_and_its_program_judged_again(launcher: type[Launcher]) -> None:
    own = children()
    with PooledSandbox(launcher(), workers=1) as pool:
        assert value(pool.run(DOUBLE)) == 42
        for _ in range(3):
            for pid in children() - own:
                os.kill(pid, signal.SIGKILL)
            assert value(pool.run(DOUBLE)) == 42
            assert pool.run(TESTED).results[0].status is Status.OK


@pytest.mark.parametrize("launcher", [BwrapLauncher, DirectLauncher])
def test_processes_killed_at_random_cost_no_verdict(launcher: type[Launcher]) -> None:
    """Workers, what is below them, or the process of a program: never twice while the same program is judged."""
    rng = random.Random(7)
    killed = []
    returned: Counter[int] = Counter()  # by slot, since the last kill
    pool = PooledSandbox(launcher(), workers=2)
    give = pool._turnstile.give

    def count_and_give(slot: Slot) -> None:
        returned[id(slot)] += 1
        give(slot)

    def programs() -> Iterator[Program]:
        for i in range(400):
            if len(returned) == 2 and min(returned.values()) >= 2 and descendants(os.getpid()):
                returned.clear()
                killed.append(rng.choice(sorted(descendants(os.getpid()))))
                with suppress(ProcessLookupError):  # a program that has just ended
                    os.kill(killed[-1], signal.SIGKILL)
            yield Program(f"def f(x):\n    return x + {i}", entry_point="f", calls=(Call((1000,)),))

    pool._turnstile.give = count_and_give  # type: ignore[method-assign]
    with pool:
        results = pool.run_many(programs())
    assert [value(result) for result in results] == [1000 + i for i in range(400)]
    assert len(killed) >= 3


class UnprotectedLauncher(DirectLauncher):
    """Lets a program kill its worker."""

    def spec(self) -> LaunchSpec:
        spec = super().spec()
        off = dict.fromkeys(("landlock", "drop_capabilities", "seccomp"), False)
        return LaunchSpec(spec.argv, spec.env, {**spec.policy, **off}, spec.scratch)


def test_a_program_that_kills_its_workers_is_a_crash_and_not_an_infrastructure_error() -> None:
    killer = Program("import os\ndef f(x):\n    os.kill(os.getppid(), 9)", entry_point="f", calls=(Call((0,)),))
    with PooledSandbox(UnprotectedLauncher(), workers=1) as pool:
        results = pool.run_many([DOUBLE, killer, DOUBLE])
    assert [result.status for result in results] == [Status.OK, Status.CRASH, Status.OK]
    assert "two fresh workers died" in results[1].detail


class FailingLauncher(DirectLauncher):
    """Starts one guest, then fails as often as told."""

    def __init__(self, error: OSError | None = None) -> None:
        super().__init__()
        self.error = error
        self.starts = 0
        self.failures = 0

    def start(self) -> GuestProcess:
        self.starts += 1
        if self.failures and self.error is not None:
            self.failures -= 1
            raise self.error
        return super().start()


def kill_workers(pool: PooledSandbox) -> None:
    for slot in pool._turnstile.slots:
        for worker in slot._workers.values():
            worker.interrupt()


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOSPC, errno.EROFS])
def test_a_lack_of_the_machine_is_tried_again_and_then_reported_and_never_blamed_on_the_program(number: int) -> None:
    launcher = FailingLauncher(OSError(number, os.strerror(number)))
    with PooledSandbox(launcher, workers=1) as pool:
        assert value(pool.run(DOUBLE)) == 42
        for failures, status in ((1, Status.OK), (2, Status.INFRA_ERROR)):
            kill_workers(pool)
            launcher.failures = failures
            result = pool.run(DOUBLE)
            assert result.status is status
            assert result.results[0].status is status
        assert os.strerror(number) in result.detail
        assert value(pool.run(DOUBLE)) == 42


def test_an_error_of_the_machine_in_the_middle_of_a_program_is_tried_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from rlvr_envs.sandbox import slots

    failures = [OSError(errno.EIO, "broken"), OSError(errno.EIO, "broken"), OSError(errno.EIO, "broken")]
    run_calls = slots.run_calls

    def fail(worker: object, program: Program) -> object:
        if failures:
            raise failures.pop()
        return run_calls(worker, program)  # type: ignore[arg-type]

    with PooledSandbox(DirectLauncher(), workers=1) as pool:
        monkeypatch.setattr(slots, "run_calls", fail)
        result = pool.run(DOUBLE)
        assert (result.status, len(failures)) == (Status.INFRA_ERROR, 1)
        assert "OSError" in result.detail
        assert value(pool.run(DOUBLE)) == 42  # fails once more, then does not


def test_a_guest_that_stops_between_two_programs_costs_the_next_one_nothing() -> None:
    with PooledSandbox(DirectLauncher(), workers=1) as pool:
        assert value(pool.run(DOUBLE)) == 42
        kill_workers(pool)
        assert value(pool.run(DOUBLE)) == 42


FEW_DESCRIPTORS = """
import os, resource
from tests.sandbox.watching import DOUBLE, value
from rlvr_envs.sandbox.factory import make_sandbox
sandbox = make_sandbox(BACKEND, workers=1)
assert value(sandbox.run(DOUBLE)) == 42
for slot in sandbox._turnstile.slots:
    slot.kill()
resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
held = []
try:
    while True:
        held.append(os.dup(0))
except OSError:
    pass
result = sandbox.run(DOUBLE)
for fd in held:
    os.close(fd)
assert result.status == "infra_error", result
assert "Too many open files" in result.detail, result.detail
assert value(sandbox.run(DOUBLE)) == 42
sandbox.close()
assert os.listdir(os.environ["TMPDIR"]) == []
"""

NO_SPACE = """
import os, subprocess, tempfile
from tests.sandbox.watching import DOUBLE, value
from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.factory import make_sandbox

folder = tempfile.gettempdir()

def remount(options):
    subprocess.run(["mount", "-o", "remount,bind," + options, folder], check=True)

def fill():
    i = 0
    try:
        while True:
            os.mkdir(os.path.join(folder, str(i)))
            i += 1
    except OSError:
        return i

def empty(count):
    for i in range(count):
        os.rmdir(os.path.join(folder, str(i)))

sandbox = make_sandbox("direct", workers=1)
assert value(sandbox.run(DOUBLE)) == 42
for begin, end in ((lambda: remount("ro"), lambda _: remount("rw")), (fill, empty)):
    for slot in sandbox._turnstile.slots:
        slot.kill()
    state = begin()
    result = sandbox.run(DOUBLE)
    assert result.status == "infra_error", result
    assert "name a writable folder in TMPDIR" in result.detail, result.detail
    try:
        make_sandbox("direct")
    except SandboxUnavailable as error:
        assert "no temporary folder can be made" in str(error)
    else:
        raise AssertionError("a sandbox was made without a scratch folder")
    with make_sandbox("bwrap", workers=1) as other:  # has no need of one
        assert value(other.run(DOUBLE)) == 42
    end(state)
    assert value(sandbox.run(DOUBLE)) == 42
sandbox.close()
assert os.listdir(folder) == []
"""


def run_script(script: str, *prefix: str, **environment: str) -> None:
    command = [*prefix, sys.executable, "-W", "error", "-c", script]
    env = {**os.environ, "PYTHONPATH": os.fspath(ROOT), **environment}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("backend", ["bwrap", "direct"])
def test_too_few_file_descriptors_are_reported_and_got_over(backend: str, tmp_path: Path) -> None:
    run_script(FEW_DESCRIPTORS.replace("BACKEND", repr(backend)), TMPDIR=os.fspath(tmp_path))


def test_a_temporary_folder_that_is_full_or_read_only_is_reported_and_got_over(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    mount = f"mount -t tmpfs -o size=1m,nr_inodes=50 tmpfs {tmp_path}"
    namespace = [] if os.geteuid() == 0 else ["--map-root-user"]
    prefix = [unshare or "", *namespace, "--mount", "sh", "-c", f'{mount} && exec "$@"', "sh"]
    if unshare is None or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no mount namespace can be had here (unshare --mount)")
    run_script(NO_SPACE, *prefix, TMPDIR=os.fspath(tmp_path))
