"""Limits of time, memory, output and size."""

from __future__ import annotations

import pytest

from rlvr_envs.sandbox.base import Opaque, Program, Sandbox, Status
from rlvr_envs.sandbox.limits import Limits
from tests.sandbox.contract.asking import SHORT, ask, statuses


class LimitsContract:
    """A part of the contract of every sandbox backend."""

    def test_an_endless_call_times_out_and_the_answers_before_it_count(self, sandbox: Sandbox) -> None:
        source = "def f(x):\n    while x == 2:\n        pass\n    return x"
        result = ask(sandbox, source, 1, 2, 3, limits=SHORT)
        assert result.status is Status.TIMEOUT
        assert statuses(result) == [Status.OK, Status.TIMEOUT, Status.NOT_RUN]
        assert result.resources.wall_s >= 0.6

    def test_an_endless_load_times_out(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "while True:\n    pass", 1, limits=SHORT)
        assert (result.status, statuses(result)) == (Status.TIMEOUT, [Status.TIMEOUT])

    def test_memory_beyond_the_limit_is_told_and_the_next_call_runs(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "def f(x):\n    return len(bytearray(x))", 10**9, 10, limits=Limits(memory_mib=200))
        assert statuses(result) == [Status.MEMORY, Status.OK]

    def test_output_beyond_the_limit_ends_the_program(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "def f(x):\n    while True:\n        print('x' * 1000)", 1, limits=Limits(output_kib=8))
        assert (result.status, statuses(result)) == (Status.OUTPUT_LIMIT, [Status.OUTPUT_LIMIT])

    def test_raw_output_beyond_the_limit_is_told_even_when_the_program_ends_at_once(self, sandbox: Sandbox) -> None:
        program = Program("import os\nos.write(1, b'x' * 20000)", stdin=("",), limits=Limits(output_kib=8))
        assert statuses(sandbox.run(program)) == [Status.OUTPUT_LIMIT]

    def test_a_value_beyond_the_limit_is_opaque_and_the_next_call_runs(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "def f(x):\n    return 'x' * x", 10**6, 3, limits=Limits(reply_kib=16))
        assert statuses(result) == [Status.OK, Status.OK]
        assert type(result.results[0].value) is Opaque
        assert result.results[1].value == "xxx"

    @pytest.mark.parametrize(
        "build", ["a = []\n    a.append(a)", "a = []\n    for _ in range(99):\n        a = [a]", "a = [0] * 300000"]
    )
    def test_values_too_deep_or_too_many_hold_something_opaque(self, sandbox: Sandbox, build: str) -> None:
        item = ask(sandbox, f"def f(x):\n    {build}\n    return a", 0).results[0]
        assert item.status is Status.OK
        assert "Opaque" in repr(item.value)

    def test_a_program_that_is_killed_by_a_limit_of_its_own_making_has_killed_itself(self, sandbox: Sandbox) -> None:
        source = "import resource\ndef f(x):\n    resource.setrlimit(resource.RLIMIT_CPU, (0, 0))\n    while True:\n        pass"
        result = ask(sandbox, source, 1, limits=SHORT)
        if sandbox.report().backend in ("bwrap", "direct", "docker"):
            assert (result.status, statuses(result)) == (Status.FORBIDDEN, [Status.FORBIDDEN])
        else:  # other kernels and other systems do not tell the limits of what has ended
            assert result.status in (Status.FORBIDDEN, Status.CRASH, Status.TIMEOUT)
