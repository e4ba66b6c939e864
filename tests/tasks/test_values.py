"""The notation of Python values in task files."""

import json
import math
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.errors import TaskError
from rlvr_envs.info import Verdict
from rlvr_envs.tasks.values import MAX_DEPTH, decode, encode

HASHABLE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(10**40), max_value=10**40)
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.sampled_from(["$tuple", "$", "$dict"])
    | st.binary(),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=6,
)
VALUES = st.recursive(
    HASHABLE,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.sets(HASHABLE, max_size=3)
        | st.dictionaries(HASHABLE, inner, max_size=3)
    ),
    max_leaves=12,
)


def same(left: Any, right: Any) -> bool:
    """Equality that tells types, -0.0 and the order of dicts apart, and takes nan as nan."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return (math.isnan(left) and math.isnan(right)) or (left == right and math.copysign(1, left) == math.copysign(1, right))
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return same(list(left.items()), list(right.items()))
    if isinstance(left, (set, frozenset)):
        key = lambda value: json.dumps(encode(value))  # noqa: E731
        return same(sorted(left, key=key), sorted(right, key=key))
    return bool(left == right)


@given(VALUES)
def test_every_plain_value_survives_strict_json_exactly(value: Any) -> None:
    text = json.dumps(encode(value), allow_nan=False)
    assert same(decode(json.loads(text)), value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ((1, [2]), {"$tuple": [1, [2]]}),
        ({3, 1}, {"$set": [1, 3]}),
        (frozenset(), {"$frozenset": []}),
        ({1: "a", "b": ()}, {"$dict": [[1, "a"], ["b", {"$tuple": []}]]}),
        ({"$tuple": 1}, {"$dict": [["$tuple", 1]]}),
        ({"a": 1.5}, {"a": 1.5}),
        (b"\x00\xff", {"$bytes": "00ff"}),
        (complex(0.5, -math.inf), {"$complex": [0.5, {"$float": "-inf"}]}),
        (2**53 - 1, 9007199254740991),
        (-(2**53), {"$int": "-0x20000000000000"}),
    ],
)
def test_notation_is_as_documented(value: Any, written: Any) -> None:
    assert encode(value) == written
    assert same(decode(written), value)


def test_integers_beyond_the_digit_limit_are_exact() -> None:
    huge = 7**20_000  # 16,902 digits; int(text) refuses more than 4,300
    assert decode(encode(huge)) == huge


@pytest.mark.parametrize("value", [object(), Verdict.SOLVED, bytearray(b"x"), range(3), [1, {"a": object()}]])
def test_values_without_a_notation_are_refused(value: Any) -> None:
    with pytest.raises(TaskError, match="must be None, bool, int"):
        encode(value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"$tupel": []}, r"must be one of \$tuple"),
        ({"$tuple": [], "b": 1}, "only key"),
        ({"$tuple": {}}, r"field 'v.\$tuple': must be a list"),
        ({"$set": [[1]]}, "hashable"),
        ({"$set": [1, True]}, "each value once"),
        ({"$dict": [[1, 2], [1.0, 3]]}, "each value once"),
        ({"$dict": [[1]]}, r"\[key, value\]"),
        ({"$float": "1.0"}, "one of nan"),
        ({"$int": 3}, "hexadecimal"),
        ({"$bytes": "0"}, "hexadecimal"),
        ({"$complex": [1]}, r"\[real, imaginary\]"),
        ({"a": [{"$complex": [1, "2"]}]}, r"v.a\[0\].\$complex"),
        (math.nan, r"\$float"),
        ((1, 2), r"must be JSON data"),
        ({1: 2}, "text as keys"),
    ],
)
def test_data_outside_the_notation_is_an_error_with_its_place(data: Any, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        decode(data, "v")


def test_nesting_is_bounded_in_both_directions() -> None:
    value: Any = 0
    for _ in range(MAX_DEPTH):
        value = [value]
    assert decode(encode(value)) == value
    with pytest.raises(TaskError, match="at most 50 levels"):
        encode([value])
    with pytest.raises(TaskError, match="at most 50 levels"):
        decode([value])


def test_sets_are_written_alike_under_every_hash_seed() -> None:
    program = "from rlvr_envs.tasks.values import encode; print(encode({'ab', 'cd', 'ef', 'gh', ('x', 1)}))"
    runs = [
        subprocess.run([sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2", "3")
    ]
    assert runs[0] == runs[1] == runs[2]
