"""The codec keeps exact types, refuses everything else and survives arbitrary bytes."""

from __future__ import annotations

import itertools
import math
from collections import Counter, OrderedDict, defaultdict, deque
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.sandbox.base import Iterated, Opaque
from rlvr_envs.sandbox.guest import arrays, codec

hashable = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.fractions()
    | st.complex_numbers(allow_nan=False)
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.timedeltas(),
    lambda inner: st.lists(inner, max_size=4).map(tuple) | st.frozensets(inner, max_size=4),
    max_leaves=8,
)
values = st.recursive(
    hashable,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.lists(inner, max_size=5).map(deque)
        | st.sets(hashable, max_size=5)
        | st.dictionaries(hashable, inner, max_size=5)
        | st.dictionaries(hashable, inner, max_size=5).map(OrderedDict)
        | st.binary().map(bytearray)
    ),
    max_leaves=12,
)


class Color(IntEnum):
    RED = 1


class Pair(NamedTuple):
    a: int


def there_and_back(value: Any) -> Any:
    return codec.decode(codec.parse(codec.dumps(codec.encode(value))), Opaque)


def typed(value: Any) -> Any:
    """The value with the type of every part beside it, so that 1, 1.0 and True differ."""
    if isinstance(value, dict):
        return type(value), [(typed(key), typed(item)) for key, item in value.items()]
    if isinstance(value, (set, frozenset)):
        return type(value), sorted(repr(typed(item)) for item in value)
    if isinstance(value, (list, tuple, deque)):
        return type(value), [typed(item) for item in value]
    return type(value), repr(value)


@given(values)
def test_exact_types_come_back_as_they_were(value: Any) -> None:
    assert typed(there_and_back(value)) == typed(value)


@pytest.mark.parametrize(
    "value",
    [
        math.inf, Decimal("sNaN"), Fraction(-1, 3), complex(-0.0, 1), Counter("aab"), defaultdict(None, {1: [2]}), range(3, 9, 2),
        datetime(2020, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))), date.min, time.max, timedelta(-1), 10**4000, "\ud800\x00",
    ],
)  # fmt: skip
def test_values_at_the_edges_come_back(value: Any) -> None:
    assert typed(there_and_back(value)) == typed(value)


@pytest.mark.parametrize("digits", [4_214, 4_216, 5_000, 301_000])
def test_long_ints_come_back(digits: int) -> None:
    for value in (10**digits, -(10**digits), 7 * 10**digits + 1):
        assert there_and_back(value) == value


def test_a_value_that_is_closed_says_why() -> None:
    class Pairs(OrderedDict[str, int]):
        pass

    told = [
        (found.type_name, found.text) for found in there_and_back([Pairs(), Pair(1), 1 << 1_000_000, Fraction(1, 1 << 14_000)])
    ]
    assert told == [
        ("Pairs", "a subclass of OrderedDict"),
        ("Pair", told[1][1]),
        ("int", "too large: an int of 1,000,001 bits, at most 1,000,000 come back"),
        ("Fraction", "too large: an int of 14,001 bits, at most 14,000 come back"),
    ]


@pytest.mark.parametrize("text", ["0x1f", "0x" + "1" * 250_001, "-0x" + "g" * 4_000, "1" * 4_400, "+0x" + "1" * 4_000])
def test_ints_in_other_than_the_written_form_are_refused(text: str) -> None:
    with pytest.raises(codec.CodecError):
        codec.decode(["int", text], Opaque)


@pytest.mark.parametrize(
    "value", [Color.RED, Pair(1), object(), len, type, 1 << 1_000_000, Decimal("1e99999"), iter(())], ids=type
)
def test_anything_else_is_opaque_and_equals_nothing(value: Any) -> None:
    found = there_and_back([1, value])
    assert found[0] == 1
    assert type(found[1]) is Opaque
    assert found[1] != value
    assert found[1] != found[1]


@pytest.mark.parametrize("value", [{Color.RED: 1}, {(1, Pair(2))}, {object(): 1}])
def test_a_table_with_opaque_keys_is_opaque_as_a_whole(value: Any) -> None:
    assert type(there_and_back(value)) is Opaque


def test_strict_encoding_refuses_what_is_not_plain_and_says_what() -> None:
    with pytest.raises(codec.CodecError, match="type Color is not plain data"):
        codec.encode([Color.RED], strict=True)


def test_shared_parts_cannot_blow_up() -> None:
    value: list[Any] = []
    for _ in range(40):  # 2 ** 40 leaves when written out
        value = [value, value]
    assert type(there_and_back(value)) is Opaque


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_a_codec_error_or_a_value(data: bytes) -> None:
    with suppress(codec.CodecError):
        codec.decode(codec.parse(data), Opaque)


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.text(max_size=9)
    | st.sampled_from(["list", "dict", "int", "set"]),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)


@given(st.sampled_from(["list", "dict", "set", "int", "decimal", "fraction", "float", "bytes", "datetime", "range"]), json_like)
def test_arbitrary_tagged_data_is_a_codec_error_or_a_value(tag: str, rest: Any) -> None:
    with suppress(codec.CodecError):
        codec.decode([tag, *rest] if isinstance(rest, list) else [tag, rest], Opaque)


@pytest.mark.parametrize(
    "data",
    [
        b"1.5", b"NaN", b"{}", b"[" * 10**6, b"9" * 30, b"[" + b"0," * 500_000 + b"0]", b'["int","' + b"9" * 5000 + b'"]',
        b'["fraction","1e999999"]', b'["decimal","1e999999999"]', b'["fraction","1/0"]', b'["dict",["list"],1]', b'["dict",1]',
        b'["list",["nothing"]]', b'["bytes","?"]', b'["float","0x1p99999"]', b'["opaque","x"]', b'["timedelta","1e9 0 0"]',
    ],
)  # fmt: skip
def test_forged_data_is_refused(data: bytes) -> None:
    with pytest.raises(codec.CodecError):
        codec.decode(codec.parse(data), Opaque)


def test_many_keys_of_one_hash_are_refused_before_they_are_put_in_a_table() -> None:
    colliding = [(2**61 - 1) * k for k in range(1, 5000)]
    assert len({hash(key) for key in colliding}) == 1
    with pytest.raises(codec.CodecError, match="same hash"):
        codec.decode(["set", *codec.encode(colliding)[1:]], Opaque)


MAKERS = codec.Makers(Opaque, Iterated, arrays.decode)


def walked(value: Any) -> Any:
    return codec.decode(codec.parse(codec.dumps(codec.encode(value, walk=True))), MAKERS)


def test_iterators_are_walked_where_that_is_asked_for() -> None:
    found = walked([iter([1]), (n * n for n in range(3)), zip("ab", [1, 2])])  # noqa: B905 - equal lengths
    assert [(one.type_name, one.items, one.ended) for one in found] == [
        ("list_iterator", (1,), True),
        ("generator", (0, 1, 4), True),
        ("zip", (("a", 1), ("b", 2)), True),
    ]
    assert type(there_and_back(iter([1]))) is Opaque


def test_an_endless_iterator_is_cut_and_said_to_be_endless() -> None:
    found = walked(itertools.count())
    assert (len(found.items), found.items[-1], found.ended) == (codec.MAX_ITERATED, codec.MAX_ITERATED - 1, False)
    assert walked(iter(range(codec.MAX_ITERATED))).ended


def test_an_endless_iterator_of_long_lists_is_opaque() -> None:
    assert type(walked(itertools.repeat([0] * 1000))) is Opaque


def test_what_an_iterator_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        walked(1 // n for n in (1, 0))


@pytest.mark.parametrize(
    "data", [["iterator"], ["iterator", "g"], ["iterator", "g", 1], ["iterator", 1, True], ["iterator", "x" * 201, True]]
)
def test_forged_iterators_are_refused(data: Any) -> None:
    with pytest.raises(codec.CodecError):
        codec.decode(data, MAKERS)
    with pytest.raises(codec.CodecError):
        codec.decode(["iterator", "g", True, *[0] * (codec.MAX_ITERATED + 1)], MAKERS)


def test_data_for_which_there_is_no_maker_is_refused() -> None:
    for data in (["iterator", "g", True], ["npscalar", "i8", EIGHT]):
        with pytest.raises(codec.CodecError):
            codec.decode(data, Opaque)


@pytest.mark.parametrize("kind", sorted(arrays.KINDS))
def test_arrays_and_their_numbers_come_back_as_they_were(kind: str) -> None:
    for shape in ((), (0,), (3,), (2, 0, 3), (2, 3)):
        array = (np.arange(int(np.prod(shape))).reshape(shape) % 2).astype(kind)
        for value in (array, array.T, *array.reshape(-1)[:1]):
            found = walked(value)
            assert type(found) is type(value)
            assert (found.dtype, found.shape, found.tolist()) == (value.dtype, value.shape, value.tolist())


EIGHT = "AAAAAAAAAAA="  # eight bytes


class Grid(np.ndarray):  # type: ignore[type-arg]
    pass


class Half(np.float64):
    pass


@pytest.mark.parametrize(
    "value",
    [
        np.array(["a"]), np.array([None]), np.array([1]).view(Grid), Half(0.5), np.datetime64("2020-01-01"), np.str_("a"),
        np.array([1], dtype=">i4"), np.zeros(arrays.MAX_BYTES + 1, dtype="u1"), np.ma.masked_array([1]), np.longdouble(1),
        np.zeros((2**31 - 1, 0)),
    ],
    ids=str,
)  # fmt: skip
def test_other_things_of_numpy_are_opaque(value: Any) -> None:
    assert type(walked(value)) is Opaque


@pytest.mark.parametrize(
    "data",
    [
        ["ndarray", "i8", [1], ""], ["ndarray", "i8", [2**40], EIGHT], ["ndarray", "i8", [-1], ""], ["ndarray", "O8", [0], ""],
        ["ndarray", "i8", [True], EIGHT], ["ndarray", "i8", 1, EIGHT], ["ndarray", "i8", [1] * 33, EIGHT], ["npscalar", "i8"],
        ["ndarray", "b1", [1], "Ag=="], ["ndarray", "i8", [1], "?"], ["ndarray", "i8", [0, 2**30, 2**30], "AA=="],
        ["npscalar", "i8", "AA=="], ["npscalar", "i8", 0], ["ndarray"], ["ndarray", "u1", [2**20] * 30, ""],
        ["ndarray", "u1", [2**31 - 1, 0], ""],  # of no bytes, but a walk over its rows would not end
    ],
)  # fmt: skip
def test_forged_arrays_are_refused_before_they_are_made(data: Any) -> None:
    with pytest.raises(codec.CodecError):
        codec.decode(data, MAKERS)


def test_inputs_may_not_be_arrays() -> None:
    with pytest.raises(codec.CodecError, match="ndarray is not plain data"):
        codec.encode([np.array([1])], strict=True)
