"""Many programs, threads, the report, and the end of a sandbox."""

from __future__ import annotations

import os
import threading

import pytest

from rlvr_envs.errors import EnvClosed
from rlvr_envs.sandbox.base import Program, Sandbox, Status
from rlvr_envs.sandbox.factory import make_sandbox
from tests.sandbox.contract.asking import SHORT, ask, calls, run_tests


class PoolContract:
    """A part of the contract of every sandbox backend."""

    backend: str

    def test_many_programs_keep_their_order_and_a_slow_one_holds_up_no_other(self, sandbox: Sandbox) -> None:
        slow = Program("def f(x):\n    while True:\n        pass", entry_point="f", calls=calls(0), limits=SHORT)
        quick = [Program(f"def f(x):\n    return x + {i}", entry_point="f", calls=calls(i)) for i in range(12)]
        results = sandbox.run_many([slow, *quick])
        assert results[0].status is Status.TIMEOUT
        assert [result.results[0].value for result in results[1:]] == [2 * i for i in range(12)]

    def test_threads_may_share_it(self, sandbox: Sandbox) -> None:
        found: dict[int, object] = {}

        def work(i: int) -> None:
            found[i] = ask(sandbox, "def f(x):\n    return -x", i).results[0].value

        threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == {i: -i for i in range(8)}

    def test_bad_programs_are_refused_with_the_remedy(self, sandbox: Sandbox) -> None:
        with pytest.raises(ValueError, match="either calls or stdin or tests, got calls and stdin"):
            sandbox.run(Program("", entry_point="f", calls=calls(1), stdin=("",)))
        with pytest.raises(ValueError, match=r"stdin must be a tuple of texts, got one text '1'; write \(stdin,\)"):
            sandbox.run(Program("x", stdin="1"))  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="entry_point must be a name"):
            sandbox.run(Program("", tests=("pass",)))

    def test_the_report_names_backend_level_and_measures(self, sandbox: Sandbox) -> None:
        report = sandbox.report()
        assert report.backend == self.backend
        assert report.level in ("strong", "weak", "none")
        assert {"pid_namespace", "private_tmpfs", "rlimits", "landlock", "seccomp", "no_network"} <= set(report.features)

    def test_it_leaves_no_file_descriptor_and_refuses_use_after_close(self) -> None:
        before = set(os.listdir("/proc/self/fd"))
        sandbox = make_sandbox(self.backend, workers=1)
        assert run_tests(sandbox, "def f(x):\n    return x", "assert f(1) == 1").status is Status.OK
        sandbox.close()
        sandbox.close()
        assert set(os.listdir("/proc/self/fd")) == before
        with pytest.raises(EnvClosed, match="make a new one"):
            sandbox.run(Program("f = abs", entry_point="f"))
