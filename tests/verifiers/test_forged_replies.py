"""Whatever a program writes in the guest's name, it is paid for no case and makes up none."""

from __future__ import annotations

import json
import struct
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr_envs.info import Verdict
from rlvr_envs.parsing.code import find_code
from rlvr_envs.sandbox.base import Call, Program, Sandbox, Status
from rlvr_envs.tasks.base import AssertTest, CallTest, Suite, Task
from rlvr_envs.verifiers.judging import judge_many

#: Nothing below makes this number.
SECRET = 987654321123
TESTS = ("for n in (1, 2):\n    assert f(n) == 987654321123", "assert list(map(f, [1])) == [987654321123]", "f(1)[0].g(2)")
TASK = Task("secret", "", "f", Suite(hidden=(CallTest((1,), SECRET), CallTest((2,), SECRET), *map(AssertTest, TESTS))))

SMALL: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 9), st.sampled_from(["", "ok", "raised", "#0"])
)
VALUES = st.one_of(SMALL, st.just(["opaque", "X", "#0"]), st.lists(SMALL, max_size=2).map(lambda items: ["list", *items]))
BODIES = st.one_of(VALUES, st.just(["StopIteration", "", ["StopIteration"], []]), st.just(["AssertionError", "", [], []]))
RESULTS = st.tuples(
    st.just("result"), st.integers(-1, 5), st.sampled_from(["ok", "raised", "exit"]), BODIES,
    st.just(""), st.integers(0, 9), st.sampled_from([None, [], [True, "==", 1, 1]]), st.none(),
)  # fmt: skip
MESSAGES: st.SearchStrategy[Any] = st.one_of(
    RESULTS, RESULTS, st.just(["ready"]), st.just(["loaded", "", None]), st.just(["end"]), st.just(["output"]), VALUES
)
FRAMES = MESSAGES.map(lambda message: json.dumps(message).encode()).map(lambda body: struct.pack(">I", len(body)) + body)
#: What is written when, on loading (0) or in a call (1 and 2), and whether the process ends there.
WRITES = st.lists(st.tuples(st.integers(0, 2), st.one_of(FRAMES, FRAMES, st.binary(max_size=9))), min_size=1, max_size=6)


def forger(writes: list[tuple[int, bytes]], leaves: bool) -> str:
    """Returns a program that writes to its reply pipe, and may leave at once after its first call."""
    leave = "\n    os._exit(0)" if leaves else ""
    return (
        f"import os\ndef forge(when):\n    for moment, data in {writes!r}:\n"
        "        if moment == when:\n            os.write(3, data)\n"
        f"forge(0)\ndef f(x):\n    forge(x){leave}\n    return 0\n"
    )


@settings(max_examples=60)
@given(writes=WRITES, leaves=st.booleans())
def test_forged_replies_are_never_paid(sandbox: Sandbox, writes: list[tuple[int, bytes]], leaves: bool) -> None:
    (found,) = judge_many(sandbox, [(TASK, find_code(forger(writes, leaves)))])
    assert found.verdict not in (Verdict.SOLVED, Verdict.INFRA_ERROR, Verdict.UNSCORED)
    assert (found.hidden_passed, found.hidden_total) == (0, 5)


@settings(max_examples=60)
@given(writes=WRITES, leaves=st.booleans())
def test_forged_replies_are_never_more_than_was_asked(sandbox: Sandbox, writes: list[tuple[int, bytes]], leaves: bool) -> None:
    source = forger(writes, leaves)
    by_calls = sandbox.run(Program(source, entry_point="f", calls=(Call((1,)), Call((2,)))))
    by_tests = sandbox.run(Program(source, entry_point="f", tests=TESTS))
    assert (len(by_calls.results), len(by_tests.results)) == (2, 3)
    assert all(item.value != SECRET for item in by_calls.results)
    assert Status.OK not in {item.status for item in by_tests.results}
