"""Limits of one program: which values they may have."""

from __future__ import annotations

import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.sandbox.base import Call, Program, Sandbox, Status
from rlvr_envs.sandbox.limits import RANGES, Limits


@pytest.mark.parametrize("name", RANGES)
def test_a_value_outside_its_range_is_refused_and_named(name: str) -> None:
    least, largest = RANGES[name]
    for value in (least, largest):
        assert getattr(Limits(**{name: value}), name) == value
    for value in (largest + 1, 10**30):
        with pytest.raises(TaskError, match=rf"limits\.{name}.*must be from {least:,} to {largest:,}"):
            Limits(**{name: value})
    with pytest.raises(TaskError, match=rf"limits\.{name}"):
        Limits(**{name: 0})


class TestInForce:
    """Both ends of all ranges, in a real guest."""

    backend = "bwrap"

    def test_the_largest_limits_can_be_put_in_force(self, sandbox: Sandbox) -> None:
        most = Limits(**{name: int(largest) for name, (_, largest) in RANGES.items()})
        result = sandbox.run(Program("def f(x):\n    return x", entry_point="f", calls=(Call((1,)),), limits=most))
        assert (result.status, result.results[0].value) == (Status.OK, 1)

    def test_the_least_memory_is_enough_for_a_small_program(self, sandbox: Sandbox) -> None:
        program = Program("def f(x):\n    return x", entry_point="f", calls=(Call((1,)),), limits=Limits(memory_mib=64))
        assert sandbox.run(program).status is Status.OK
