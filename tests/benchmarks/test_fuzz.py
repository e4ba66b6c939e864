"""The fuzzer: the trusted side stands it, and it finds what does not."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from benchmarks.fuzz.__main__ import goals_of
from benchmarks.fuzz.inputs import FAMILIES, honest_bytes, large, plain_value
from benchmarks.fuzz.measure import fuzz, read_all
from rlvr_envs.sandbox import replies
from rlvr_envs.sandbox.base import Opaque
from rlvr_envs.sandbox.guest import codec


@pytest.mark.slow
def test_a_few_thousand_hostile_inputs_raise_documented_errors_alone() -> None:
    found = fuzz(3000, seed=7)
    assert found.faults == []
    assert set(found.by_family) == set(FAMILIES)
    # Every reader both took and refused something, so each was really reached.
    assert {"parse", "decode", "read_value", "read_raised", "read_result", "read_loaded"} == set(found.accepted)
    assert set(found.accepted) == set(found.refused)
    assert found.accepted["parse"] + found.refused["parse"] == 3000


def test_inputs_depend_on_the_seed_alone() -> None:
    for make, _ in FAMILIES.values():
        assert make(random.Random(3)) == make(random.Random(3))
    assert sum(share for _, share in FAMILIES.values()) == pytest.approx(1.0)


def test_honest_messages_are_taken() -> None:
    accepted: Counter[str] = Counter()
    rng = random.Random(0)
    for _ in range(60):
        read_all(honest_bytes(rng), accepted, Counter())
    assert accepted["parse"] == 60
    assert accepted["read_result"] + accepted["read_loaded"] + accepted["read_raised"] == 60


def test_values_are_plain_data_of_every_kind() -> None:
    values = [plain_value(random.Random(seed)) for seed in range(300)]
    assert {type(value).__name__ for value in values} > {"Decimal", "Fraction", "deque", "Counter", "set", "range", "timedelta"}
    for value in values:
        codec.decode(codec.encode(value), Opaque)  # none of them is refused


def test_arrays_and_iterators_are_among_the_honest_values() -> None:
    data = b"".join(honest_bytes(random.Random(seed)) for seed in range(60))
    assert all(tag in data for tag in (b'["ndarray",', b'["npscalar",', b'["iterator","generator",true'))


def test_large_inputs_are_about_a_megabyte_at_most() -> None:
    sizes = [len(large(random.Random(seed))) for seed in range(12)]
    assert 900_000 < max(sizes) < 1_200_000


@pytest.mark.parametrize("error", [RecursionError("deep"), ValueError("int"), MemoryError()])
def test_an_undocumented_error_is_found_and_told(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    read = replies.read_value

    def fragile(data: Any) -> Any:
        if data == 0:
            raise error
        return read(data)

    monkeypatch.setattr(replies, "read_value", fragile)
    monkeypatch.setitem(FAMILIES, "random bytes", (lambda rng: b"0", 1.0))
    found = fuzz(50, seed=0)
    assert found.fault_count >= found.by_family["random bytes"] > 0  # another family may have made a 0 as well
    assert found.faults[0]["error"].startswith(type(error).__name__)
    assert not goals_of(found)[0]["met"]


def test_a_result_beyond_its_bounds_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "read_printed", lambda value: "x" * 10**6)
    with pytest.raises(AssertionError, match="beyond its limit"):
        read_all(b'["result",0,"ok",null,"",1,null,null]', Counter(), Counter())
