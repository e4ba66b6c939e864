"""Hostile messages from a seed: random bytes, damaged messages of the guest, and JSON that looks like its messages."""

from __future__ import annotations

import json
import random
import string
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np

from rlvr_envs.sandbox.guest import codec

_TAGS: Final = (
    "int", "float", "complex", "bytes", "bytearray", "decimal", "fraction", "datetime", "date", "time", "timedelta", "range",
    "list", "tuple", "deque", "set", "frozenset", "dict", "ordereddict", "counter", "defaultdict", "opaque", "iterator",
    "ndarray", "npscalar", "unknown", "",
)  # fmt: skip
_WORDS: Final = ("result", "loaded", "ready", "end", "output", "ok", "raised", "exit", "name", "call", "return", "raise")
_TEXTS: Final = (
    "", "0", "-0", "1_0", " 1 ", "١", "nan", "inf", "1e9999", "-1e-9999", "0x1.8p+1", "0x1p99999", "9" * 4300, "9" * 4500,
    "1/0", "-1/3", "1e5/2", "2024-02-30", "2024-02-29T25:00:00", "24:00", "12:00/fold", "0001-01-01", "9999-12-31T23:59:59+24:00",
    "1 2 3", "1 2 0", "999999999 86400 0", "-999999999999 0 0", "=", "AA==", "A A", "sNaN", "1E+9999999999", "\x00", "\ud800",
    "<|im_end|>", "\x1b[2J", "a" * 100_000, "f8", "i8", "b1", "c16", "AAAAAAAAAAA=", "O8",
)  # fmt: skip
_LARGEST = 1 << 20  # what one value may have (Limits.reply_kib)

Make = Callable[[random.Random], bytes]


def random_bytes(rng: random.Random) -> bytes:
    """Bytes without any order, most of them few."""
    return rng.randbytes(int(rng.paretovariate(0.7)) % 5000)


def json_characters(rng: random.Random) -> bytes:
    """The characters of JSON, without its grammar."""
    return "".join(rng.choices('[]{}",:\\ \n0123456789-+.eEtrufalsn/', k=rng.randrange(1, 400))).encode()


def plain_value(rng: random.Random, depth: int = 0) -> Any:
    """A value of one of the exact types, nested."""
    scalars: tuple[Callable[[], Any], ...] = (
        lambda: None,
        lambda: rng.random() < 0.5,
        lambda: rng.randrange(-(10 ** rng.randrange(1, 30)), 10 ** rng.randrange(1, 30)),
        lambda: rng.choice((0.0, -0.0, float("nan"), float("inf"), rng.uniform(-1e9, 1e9))),
        lambda: "".join(rng.choices(string.printable + "éπ\ud800", k=rng.randrange(20))),
        lambda: rng.randbytes(rng.randrange(20)),
        lambda: complex(rng.random(), rng.random()),
        lambda: Decimal(rng.randrange(-999, 999)) / 7,
        lambda: Fraction(rng.randrange(-99, 99), rng.randrange(1, 99)),
        lambda: datetime(2024, 2, 29, rng.randrange(24), tzinfo=timezone.utc),
        lambda: date(rng.randrange(1, 9999), 1, 1),
        lambda: time(rng.randrange(24), fold=rng.randrange(2)),
        lambda: timedelta(rng.randrange(-99, 99)),
        lambda: range(rng.randrange(99)),
    )
    if depth > 4 or rng.random() < 0.5:
        return rng.choice(scalars)()
    items = [plain_value(rng, depth + 1) for _ in range(rng.randrange(5))]
    keys = [rng.choice(scalars)() for _ in items]
    kind = rng.choice((list, tuple, deque, dict, OrderedDict, Counter, set, frozenset, defaultdict))
    if kind in (list, tuple, deque):
        return kind(items)
    if kind in (set, frozenset):
        return kind(keys)
    return defaultdict(None, zip(keys, items, strict=True)) if kind is defaultdict else kind(dict(zip(keys, items, strict=True)))


def numpy_value(rng: random.Random) -> Any:
    """An array or a number of NumPy."""
    shape = [rng.randrange(4) for _ in range(rng.randrange(4))]
    array = np.full(shape, rng.uniform(-9, 9)).astype(rng.choice(("f8", "i4", "u1", "?", "c16", "f2")))
    return array if rng.random() < 0.7 or not array.size else array.flat[0]


def generator(rng: random.Random) -> Iterator[Any]:
    """An iterator that ends."""
    return (plain_value(rng, depth=3) for _ in range(rng.randrange(5)))


def honest_message(rng: random.Random) -> Any:
    """A message as the guest writes it."""
    frame = [rng.randrange(99), rng.randrange(99), -1, rng.randrange(80), "f", [["x", "1"]] * rng.randrange(4)]
    raised = ["ValueError", "some text", ["ValueError", "Exception"], [frame] * rng.randrange(4)]
    choice = rng.randrange(6)
    if choice == 0:
        return ["loaded", "printed", rng.choice((None, ["raised", raised], ["exit", raised]))]
    if choice == 1:
        return ["result", 0, rng.choice(("raised", "exit")), raised, "printed", rng.randrange(10**6), None, _lines(rng)]
    if choice == 2:
        return raised
    value = rng.choice((plain_value, numpy_value, generator))(rng)
    return ["result", 0, "ok", codec.encode(value, walk=True), "printed", rng.randrange(10**6), None, _lines(rng)]


def _lines(rng: random.Random) -> list[int] | None:
    return None if rng.random() < 0.5 else sorted(rng.sample(range(1, 200), rng.randrange(20)))


def honest_bytes(rng: random.Random) -> bytes:
    """A message as the guest writes it, unharmed."""
    return codec.dumps(honest_message(rng))


def damaged(rng: random.Random) -> bytes:
    """A message of the guest with bytes changed, left out, doubled, moved or cut off."""
    data = bytearray(honest_bytes(rng))
    for _ in range(rng.choice((1, 1, 2, 8))):
        place, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        change = rng.randrange(6)
        if change == 0 and data:
            data[rng.randrange(len(data))] = rng.randrange(256)
        elif change == 1:
            del data[place:end]
        elif change == 2:
            data[place:place] = data[place:end]
        elif change == 3:
            data[place:place] = rng.choice((b"[", b"]", b'"', b"\\", b",", b"1e9", b"{}", b"NaN", b"-", b"\\ud800", b"9" * 30))
        elif change == 4:
            del data[place:]
        else:
            data[place:end] = honest_bytes(rng)[:200]
    return bytes(data)


def _node(rng: random.Random, depth: int) -> Any:
    """Returns JSON data that resembles encoded values; ``depth`` counts down."""
    choice = rng.randrange(10)
    if depth <= 0 or choice < 4:
        atoms = (None, True, False, 0, -1, 10**15, 10**30, 1.5, rng.choice(_TEXTS), rng.choice(_WORDS), rng.choice(_TAGS))
        return rng.choice(atoms)
    if choice < 8:
        return [rng.choice(_TAGS), *[_node(rng, depth - 1) for _ in range(rng.randrange(5))]]
    if choice == 8:
        return [_node(rng, depth - 1) for _ in range(rng.randrange(6))]
    return {rng.choice(_TAGS): _node(rng, depth - 1)}


def grammar(rng: random.Random) -> bytes:
    """JSON that looks like messages: right tags with wrong contents, objects, floats, huge numbers."""
    node = _node(rng, rng.randrange(1, 8))
    choice = rng.randrange(4)
    if choice == 0:
        node = [
            "result",
            0,
            rng.choice(("ok", "raised", "exit", "?")),
            node,
            rng.choice(_TEXTS),
            rng.choice((0, -5, 10**30)),
            None,
        ]
    elif choice == 1:
        node = ["loaded", rng.choice(_TEXTS), rng.choice((None, node, ["raised", node]))]
    return json.dumps(node, ensure_ascii=rng.random() < 0.9).encode("utf-8", "surrogatepass")


def replaced(rng: random.Random) -> bytes:
    """A message of the guest with one part of its tree replaced."""
    message = honest_message(rng)
    branch = message
    while True:
        index = rng.randrange(len(branch)) if branch else 0
        if not branch or rng.random() < 0.4 or type(branch[index]) is not list:
            break
        branch = branch[index]
    if branch:
        branch[index] = _node(rng, 3)
    return json.dumps(message).encode("utf-8", "surrogatepass")


def large(rng: random.Random) -> bytes:
    """About a megabyte of what takes the most time or memory for each byte."""
    size = _LARGEST // rng.choice((1, 1, 4, 64))
    choices: tuple[Callable[[], bytes], ...] = (
        lambda: b"[" * size,
        lambda: b'"' + b"\\" * size,
        lambda: b'["' * (size // 2),
        lambda: b"[" + b"[]," * (size // 3) + b"0]",
        lambda: b'["list"' + b',["deque"]' * (size // 10) + b"]",
        lambda: b'["list"' + b',["ordereddict"]' * (size // 16) + b"]",
        lambda: b'["set"' + b"".join(b',["int","%d"]' % (i * (2**61 - 1)) for i in range(size // 40)) + b"]",
        lambda: b'["list"' + b',["decimal","1e9999"]' * (size // 21) + b"]",
        lambda: b'["list"' + b',["fraction","%s/7"]' % (b"9" * 4000) * (size // 4020) + b"]",
        lambda: b'["list"' + b',["int","%s"]' % (b"9" * 4299) * (size // 4312) + b"]",
        lambda: b'["bytes","' + b"A" * (size // 4 * 4) + b'"]',
        lambda: b'["result",0,"ok","' + b"\\ud800" * (size // 6) + b'","",0,null,null]',
        lambda: b'["result",0,"ok",null,"' + b"\\u001b" * (size // 6) + b'",0,null,null]',
        lambda: b"9" * size,
        lambda: b"[" + b",".join([b"1"] * (size // 2)) + b"]",
        lambda: b'["result",0,"ok",null,"",0,null,[' + b"1," * (size // 2) + b"1]]",
        lambda: b'["result",0,"ok",["iterator","g",true' + b",0" * (size // 2) + b'],"",0,null,null]',
        lambda: b'["list"' + b',["npscalar","f8","AAAAAAAAAAA="]' * (size // 33) + b"]",
        lambda: b'["ndarray","u1",[%d],"' % (size // 4 * 3) + b"A" * (size // 4 * 4) + b'"]',
        lambda: b'["ndarray","c16",[' + b"2147483647," * 31 + b'0],""]',
        lambda: b'  File "<solution>", line 1 in f\n' * (size // 34),
        lambda: b'["loaded","",["raised",["E","m",[],[' + b'[1,1,1,1,"f",[]],' * (size // 17) + b"0]]]]",
    )
    return rng.choice(choices)()


#: Ways to make an input, with their shares of all inputs.
FAMILIES: Final[dict[str, tuple[Make, float]]] = {
    "random bytes": (random_bytes, 0.15),
    "characters of JSON": (json_characters, 0.1),
    "honest messages": (honest_bytes, 0.05),
    "damaged messages": (damaged, 0.3),
    "messages with a part replaced": (replaced, 0.2),
    "JSON by a grammar": (grammar, 0.199),
    "large": (large, 0.001),
}
