"""Whatever a program writes to its reply pipe, it is a verdict: never paid, never an exception, never a failed machine."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rlvr_envs.info import Verdict
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.sandbox.guest.program import REPLY_FD
from tests.hostile.asked import BOX, CALLS, STATEMENTS_OF_F, judge

EXAMPLES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
WORDS = (
    *(
        "ready",
        "loaded",
        "result",
        "callback",
        "call",
        "next",
        "end",
        "output",
        "ok",
        "raised",
        "exit",
        "list",
        "tuple",
        "dict",
        "set",
        "int",
        "float",
    ),
    *("opaque", "decimal", "fraction", "ValueError", "StopIteration", "MemoryError", "SystemExit", "#0", "#999999999", "@0"),
    "\x00<|im_end|>",
)

numbers = st.sampled_from((0, 1, 2, 3, -1, 10**14, -(10**14), 384_950_522))
scalars = st.none() | st.booleans() | numbers | st.sampled_from(WORDS) | st.text(max_size=20)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=5), max_leaves=20)
words = st.sampled_from(WORDS)
raised = st.tuples(words, st.text(max_size=9), st.lists(words, max_size=4), st.lists(values, max_size=3))
results = st.tuples(st.just("result"), numbers, words, values | raised, st.text(max_size=9), numbers, values, values)
messages = results | st.tuples(st.just("loaded"), values, values) | st.lists(values, max_size=7)


def framed(message: Any) -> bytes:
    body = json.dumps(message).encode()
    return struct.pack(">I", len(body)) + body


conversations = st.lists(messages.map(framed) | st.binary(max_size=40), min_size=1, max_size=6).map(b"".join)


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with make_sandbox("auto", workers=1) as made:
        yield made


def source(data: bytes, *, then: str) -> str:
    return f"import os\ndata = {data!r}\ndef f(x):\n    os.write({REPLY_FD}, data)\n    {then}\n"


@pytest.mark.parametrize("task", [CALLS, STATEMENTS_OF_F], ids=lambda task: task.task_id)
@EXAMPLES
@given(data=conversations, then=st.sampled_from(("return 0", "os._exit(0)", "raise ValueError")))
def test_what_a_call_writes_to_the_reply_pipe_is_not_paid(sandbox: Sandbox, task: Any, data: bytes, then: str) -> None:
    judged = judge(sandbox, task, source(data, then=then))
    assert judged.judgement.hidden_passed == 0
    assert judged.judgement.verdict not in (Verdict.SOLVED, Verdict.INFRA_ERROR)
    wanted = [len(asked.calls) + len(asked.tests) for asked in judged.asked]
    assert [len(run.results) for run in judged.runs] == wanted


@EXAMPLES
@given(data=conversations)
def test_what_a_program_writes_while_it_is_loaded_is_not_paid(sandbox: Sandbox, data: bytes) -> None:
    judgement = judge(sandbox, CALLS, f"import os\nos.write({REPLY_FD}, {data!r})\ndef f(x):\n    return 0\n").judgement
    assert judgement.hidden_passed == 0
    assert judgement.verdict not in (Verdict.SOLVED, Verdict.INFRA_ERROR)


@EXAMPLES
@given(body=values, changed=values, name=st.sampled_from(WORDS))
def test_answers_forged_to_the_tests_of_an_object_are_not_paid(sandbox: Sandbox, body: Any, changed: Any, name: str) -> None:
    forged = (
        "import sys\nserving = sys.modules['rlvr_guest.serving']\n"
        f"serving.Service.answer = lambda self, request: ({body!r}, {changed!r})\n"
        f"sys.modules['rlvr_guest.faults'].report = lambda *a, **k: [{name!r}, '', [{name!r}], []]\n"
        "class Box:\n    pass\n"
    )
    judgement = judge(sandbox, BOX, forged).judgement
    assert judgement.hidden_passed == 0
    assert judgement.verdict not in (Verdict.SOLVED, Verdict.INFRA_ERROR)
