"""Hands inputs to everything on the trusted side that reads what a guest wrote, and watches for what must not happen."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.fuzz.inputs import FAMILIES
from rlvr_envs.sandbox import replies
from rlvr_envs.sandbox.base import CallResult, Opaque, Raised, Status
from rlvr_envs.sandbox.guest import codec
from rlvr_envs.sandbox.guest.faults import MAX_FRAMES, MAX_MESSAGE
from rlvr_envs.sandbox.guest.program import MAX_PRINTED
from rlvr_envs.sandbox.worker import Forgery

_MEMORY_EVERY = 50  # inputs whose memory is measured, which slows them down tenfold
_KEPT = 10
_LONGEST_NAME = 300
_CUT_MARK = 100  # characters that may say that a text was cut


@dataclass
class Fuzzed:
    """What came of the inputs."""

    inputs: int = 0
    bytes: int = 0
    seconds: float = 0.0
    by_family: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)  # by reader, what it took for a message
    refused: Counter[str] = field(default_factory=Counter)  # by reader, with a documented error
    faults: list[dict[str, str]] = field(default_factory=list)
    fault_count: int = 0
    slowest_ms: float = 0.0
    slowest: str = ""
    peak_mib: float = 0.0
    peak: str = ""


def read_all(data: bytes, accepted: Counter[str], refused: Counter[str]) -> None:
    """Hands ``data`` to every reader; raises what none of them may raise, and AssertionError for a result out of its bounds."""
    for frame in replies.read_stack(data):  # what a program's process wrote when its time was up: other text is passed over
        if len(frame.function) > _LONGEST_NAME:
            raise AssertionError("a function's name beyond its limit")
    try:
        message = codec.parse(data)
    except codec.CodecError:
        refused["parse"] += 1
        return
    accepted["parse"] += 1
    for name, read in _READERS.items():
        documented = codec.CodecError if name == "decode" else Forgery
        try:
            read(message)
        except documented:
            refused[name] += 1
        else:
            accepted[name] += 1


def _decode(message: Any) -> None:
    codec.decode(message, Opaque)


def _read_value(message: Any) -> None:
    replies.read_value(message)


def _read_raised(message: Any) -> None:
    _check_raised(replies.read_raised(message))


def _read_result(message: Any) -> None:
    result = replies.read_result(_named_list(message), 0)
    if not (type(result) is CallResult and type(result.status) is Status and type(result.stdout) is str and result.wall_s >= 0):
        raise AssertionError("a result of the wrong form")
    if len(result.stdout) > MAX_PRINTED + _CUT_MARK:
        raise AssertionError("printed text beyond its limit")
    if result.raised is not None:
        _check_raised(result.raised)


def _read_loaded(message: Any) -> None:
    printed, raised, status = replies.read_loaded(_named_list(message))
    if len(printed) > MAX_PRINTED + _CUT_MARK or type(status) is not Status:
        raise AssertionError("a loaded message out of its bounds")
    if raised is not None:
        _check_raised(raised)


def _check_raised(raised: Raised) -> None:
    if len(raised.message) > MAX_MESSAGE + _CUT_MARK or len(raised.frames) > MAX_FRAMES:
        raise AssertionError("an exception beyond its limits")
    raised.message.encode("utf-8")  # lone surrogates were cleaned away


def _named_list(message: Any) -> list[Any]:
    """Returns what a conversation lets through to the readers of messages: a list that begins with a text."""
    if type(message) is not list or not message or type(message[0]) is not str:
        raise Forgery("no named list")
    return message


_READERS: dict[str, Callable[[Any], None]] = {
    "decode": _decode,
    "read_value": _read_value,
    "read_raised": _read_raised,
    "read_result": _read_result,
    "read_loaded": _read_loaded,
}


def fuzz(inputs: int, seed: int, step: Callable[[int], None] = lambda count: None) -> Fuzzed:
    """Makes and reads ``inputs`` inputs; ``step`` hears of every thousand."""
    rng = random.Random(seed)
    names, weights = list(FAMILIES), [share for _, share in FAMILIES.values()]
    found = Fuzzed()
    for number in range(inputs):
        family = rng.choices(names, weights)[0]
        data = FAMILIES[family][0](rng)
        found.inputs += 1
        found.bytes += len(data)
        found.by_family[family] += 1
        if number % _MEMORY_EVERY == 0 or family == "large":
            _measure_memory(data, family, found)
        _measure(data, family, found)
        if found.inputs % 1000 == 0:
            step(1000)
    step(found.inputs % 1000)
    return found


def _measure(data: bytes, family: str, found: Fuzzed) -> None:
    began, began_cpu = time.perf_counter(), time.thread_time()
    try:
        read_all(data, found.accepted, found.refused)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        found.fault_count += 1
        if len(found.faults) < _KEPT:
            found.faults.append({"error": f"{type(error).__name__}: {error}"[:300], "family": family, "input": repr(data[:500])})
    milliseconds = 1000 * (time.thread_time() - began_cpu)  # of this thread, which a busy machine does not change
    found.seconds += time.perf_counter() - began
    if milliseconds > found.slowest_ms:
        found.slowest_ms, found.slowest = milliseconds, f"{family}, {len(data)} bytes: {data[:60]!r}"


def _measure_memory(data: bytes, family: str, found: Fuzzed) -> None:
    tracemalloc.start()
    try:
        read_all(data, Counter(), Counter())
    except Exception as error:  # told when the same input is measured without tracing
        del error
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    if peak > found.peak_mib:
        found.peak_mib, found.peak = peak, f"{family}, {len(data)} bytes: {data[:60]!r}"
