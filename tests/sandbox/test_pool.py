"""The pool: order, back-pressure, fairness, recycling, interrupts, the end."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from rlvr_envs.errors import EnvClosed, SandboxUnavailable
from rlvr_envs.sandbox.base import Call, Program
from rlvr_envs.sandbox.bwrap import BwrapLauncher
from rlvr_envs.sandbox.direct import DirectLauncher
from rlvr_envs.sandbox.launch import LaunchSpec
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.sandbox.pool import PooledSandbox
from tests.sandbox.watching import DOUBLE, ENDLESS, children, value


@pytest.fixture
def pool() -> Iterator[PooledSandbox]:
    with PooledSandbox(DirectLauncher(), workers=2) as pool:
        yield pool


def test_an_iterator_is_read_no_faster_than_programs_are_judged(pool: PooledSandbox) -> None:
    done: list[int] = []
    ahead: list[int] = []

    def programs() -> Iterator[Program]:
        for i in range(20):
            ahead.append(i - len(done))
            yield Program(f"def f(x):\n    return x + {i}", entry_point="f", calls=(Call((100,)),))

    judge = pool._turnstile.give
    pool._turnstile.give = lambda slot: (done.append(1), judge(slot))[1]  # type: ignore[method-assign]
    results = pool.run_many(programs())
    assert [value(result) for result in results] == [100 + i for i in range(20)]
    assert max(ahead) <= 2  # as many as there are workers


def test_a_slow_program_of_one_thread_holds_up_no_other_thread(pool: PooledSandbox) -> None:
    slow = threading.Thread(target=lambda: pool.run(replace(ENDLESS, limits=Limits(time_s=3.0))))
    slow.start()
    try:
        results = pool.run_many([DOUBLE] * 20)
        assert slow.is_alive()
    finally:
        slow.join()
    assert [value(result) for result in results] == [42] * 20


def test_threads_that_wait_are_served_in_turn() -> None:
    with PooledSandbox(DirectLauncher(), workers=1) as pool:
        long = threading.Thread(target=lambda: pool.run_many([DOUBLE] * 400))
        long.start()
        found = [value(pool.run(DOUBLE)) for _ in range(5)]
        assert long.is_alive()  # one that lets go of its slot and takes it again at once would have finished first
        long.join()
    assert found == [42] * 5


def test_an_error_of_the_caller_s_iterator_reaches_the_caller_and_ends_the_batch(pool: PooledSandbox) -> None:
    def programs() -> Iterator[Program]:
        yield ENDLESS
        raise KeyError("no more tasks")

    with pytest.raises(KeyError, match="no more tasks"):
        pool.run_many(programs())
    assert value(pool.run(DOUBLE)) == 42


def test_an_interrupt_ends_a_batch_that_runs_and_the_pool_goes_on(pool: PooledSandbox) -> None:
    pool.run_many([DOUBLE] * 2)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what it runs in the background
    interrupt = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    interrupt.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            pool.run_many([ENDLESS] * 4)
    finally:
        interrupt.join()
        signal.signal(signal.SIGINT, before)
    assert [value(result) for result in pool.run_many([DOUBLE] * 4)] == [42] * 4


def test_a_pool_that_nobody_closed_leaves_nothing() -> None:
    before = children()
    pool = PooledSandbox(DirectLauncher(), workers=1)
    assert value(pool.run(DOUBLE)) == 42
    scratch = [worker._guest.scratch for slot in pool._turnstile.slots for worker in slot._workers.values()]
    del pool
    gc.collect()
    assert children() == before
    assert not any(os.path.exists(path) for path in scratch if path)


def test_a_pool_that_is_pickled_is_one_of_its_own_with_the_same_settings(pool: PooledSandbox) -> None:
    with pickle.loads(pickle.dumps(pool)) as copy:
        assert value(copy.run(DOUBLE)) == 42
        assert copy.report().backend == pool.report().backend
        pool.close()
        assert value(copy.run(DOUBLE)) == 42


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
