"""What a judgement tells of visible cases, from scripted results of a sandbox: no program runs here."""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_envs.info import Resources, SandboxInfo, Verdict
from rlvr_envs.sandbox.base import CallResult, Opaque, Raised, RaisedFrame, Status
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest, Test
from rlvr_envs.verifiers.judging import judge_many
from tests.verifiers.scripted import ACTION, ScriptedSandbox, code, expect, gave, judge, run, task

CLOSED = "an object of type Liar is not plain data; compare plain values that it gives"


@pytest.mark.parametrize(
    ("test", "result", "told"),
    [
        (CallTest((1,), [1, 2]), [1, 3], ("wrong", "[1, 3]", "[1, 2]", "$[1]: 3 != 2")),
        (CallTest((1,), 2), 2.0, ("wrong", "2.0", "2", "$: float 2.0 != int 2")),
        (CallTest((1,), 2), Opaque("Liar"), ("wrong", "<Liar>", "2", f"$: {CLOSED}")),
        (AssertTest("assert f(1) == [1, 2]"), [1, 3], ("wrong", "[1, 3]", "[1, 2]", "$[1]: 3 != 2")),
        (AssertTest("assert f(1) == 2"), 2.0, ("solved", "2.0", "2", "")),
        (AssertTest("assert f(1) > 2"), 1, ("wrong", "1", "2", "1 > 2 is false")),
        (AssertTest("assert not f(1)"), 1, ("wrong", "False", "", "False is not true")),
        (AssertTest("assert len(f(1)) == 2"), 1, ("wrong", "", "", "TypeError: object of type 'int' has no len()")),
        (AssertTest("assert f(1) == 1"), Opaque("Liar"), ("wrong", "<Liar>", "1", CLOSED)),
        (
            AssertTest("assert f(1) == (1, 2)"),
            Opaque("P", "a subclass of tuple"),
            (
                "wrong",
                "<P: a subclass of tuple>",
                "(1, 2)",
                "P is a class of the program's own (a subclass of tuple), not plain data; return a plain tuple",
            ),
        ),
        (
            CallTest((1,), 2),
            Opaque("coroutine"),
            ("wrong", "<coroutine>", "2", "$: the value is a coroutine: the function is async; let it return the result"),
        ),
        (
            CallTest((1,), 2),
            Opaque("value", "too large: 2,000,000 bytes, more than reply_kib=1024"),
            (
                "wrong",
                "<value: too large: 2,000,000 bytes, more than reply_kib=1024>",
                "2",
                "$: the value did not come back: too large: 2,000,000 bytes, more than reply_kib=1024",
            ),
        ),
    ],
)
def test_feedback_of_a_visible_case(test: Test, result: Any, told: tuple[str, str, str, str]) -> None:
    case = judge(task(visible=[test]), run(*gave(result))).cases[0]
    assert (case.verdict, case.left, case.right, case.difference) == told


def test_calls_are_shown_as_source() -> None:
    given = task(visible=[CallTest(([1, "a"], (2,)), 3, {"key": None})])
    assert judge(given, run(*gave(3))).cases[0].call == "f([1, 'a'], (2,), key=None)"


def test_an_exception_is_placed_in_the_action() -> None:
    raised = Raised("TypeError", "bad", (RaisedFrame(2, "f", 2, 11, 16, locals=(("x", "None"),)),))
    found = judge(task(visible=expect(1)), run(CallResult(Status.ERROR, raised=raised, stdout="hi\n", wall_s=0.25)))
    case = found.cases[0]
    assert (found.verdict, found.reason, case.verdict, case.right) == (Verdict.ERROR, "exception", "error", "2")
    assert (case.stdout, case.wall_s) == ("hi\n", 0.25)
    assert case.exception is not None
    assert ACTION[slice(*case.exception.frames[0].span)] == "x + 1"


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        (CallResult(Status.OK), "solved"),
        (CallResult(Status.ERROR, raised=Raised("AssertionError", "")), "wrong"),
        (
            CallResult(Status.ERROR, raised=Raised("AssertionError", "", (RaisedFrame(2, "f"),))),
            "error",
        ),  # raised by the solution
        (CallResult(Status.ERROR, raised=Raised("ValueError", "")), "error"),
        (CallResult(Status.TIMEOUT), "timeout"),
    ],
)
def test_verdict_of_test_code_in_a_guest(result: CallResult, verdict: str) -> None:
    assert judge(task(visible=[AssertTest("while True:\n    assert f(1)")]), run(result)).cases[0].verdict == verdict


def test_an_assertion_error_of_a_called_solution_is_its_error() -> None:
    failed = CallResult(Status.ERROR, raised=Raised("AssertionError", "x", (RaisedFrame(2, "f"),)))
    found = judge(task(visible=[AssertTest("assert f(1) == 2")]), run(failed))
    assert (found.verdict, found.cases[0].verdict) == (Verdict.ERROR, "error")


def test_both_sides_of_a_failed_comparison_in_a_guest_are_shown() -> None:
    failed = CallResult(Status.ERROR, raised=Raised("AssertionError", ""), left=[1], op="==", right=[2])
    case = judge(task(visible=[AssertTest("for x in [f(1)]:\n    assert x == [2]")]), run(failed)).cases[0]
    assert (case.left, case.right, case.difference) == ("[1]", "[2]", "$[0]: 1 != 2")


def test_sandbox_and_resources_are_told() -> None:
    given = task(visible=[*expect(1), AssertTest("while 1:\n    f(1)")])
    runs = [
        run(*gave(2), resources=Resources(1.0, 0.5, 20.0)),
        run(CallResult(Status.OK), resources=Resources(2.0, 0.25, 30.0)),
    ]
    found = judge(given, *runs)
    assert found.sandbox == SandboxInfo("scripted", "none", "3.12.1")
    assert (found.resources.wall_s, found.resources.cpu_s, found.resources.max_rss_mib) == (3.0, 0.75, 30.0)


def test_many_visible_cases_are_counted_and_the_first_are_told() -> None:
    found = judge(task(visible=expect(*range(40))), run(*gave(*range(1, 41))))
    assert (found.visible_passed, found.visible_total, len(found.cases)) == (40, 40, 32)


def test_texts_of_a_case_are_bounded() -> None:
    result = CallResult(Status.OK, value="a" * 10**5, stdout="p" * 4000)
    case = judge(task(visible=[CallTest(("b" * 1000,), "c" * 10**5)]), run(result)).cases[0]
    assert [len(text) for text in (case.call, case.left, case.right, case.stdout)] == [500, 500, 500, 1000]
    assert len(case.difference) <= 300


TOKEN = "<|im_start|>"


def test_control_tokens_from_a_guest_are_defused_in_every_field_and_compared_raw() -> None:
    raised = Raised(TOKEN, TOKEN, (RaisedFrame(2, TOKEN, locals=((TOKEN, TOKEN),)),))
    results = [CallResult(Status.OK, value=TOKEN, stdout=TOKEN), CallResult(Status.ERROR, raised=raised)]
    action = f"```python\ndef f(x):\n    return '{TOKEN}'\n```"
    given = task(visible=[CallTest((1,), "‹|im_start|›"), *expect(2)])
    sandbox = ScriptedSandbox(run(*results, stdout=TOKEN, load_error=Raised("E", TOKEN)))
    found = judge_many(sandbox, [(given, code(action))])[0]
    assert TOKEN not in repr(found)
    assert found.cases[0].verdict == "wrong"  # what is shown alike was not alike
    assert found.cases[1].exception is not None
    frame = found.cases[1].exception.frames[0]
    assert (frame.source, frame.locals) == ("    return '‹|im_start|›'", (("‹|im_start|›", "‹|im_start|›"),))
    assert action[slice(*frame.span)] == f"return '{TOKEN}'"  # spans count characters of the answer, not of what is shown


def test_printed_output_is_cleaned_for_show_and_compared_raw() -> None:
    given = task(visible=[StdioTest("", f"{TOKEN}\0")], entry_point=None, comparison="exact")
    case = judge(given, run(CallResult(Status.OK, stdout=f"{TOKEN}\0"))).cases[0]
    assert (case.verdict, case.left) == ("solved", "‹|im_start|›\ufffd")


def test_the_text_of_a_test_stays_as_it_was_written() -> None:
    case = judge(task(visible=[AssertTest(f"assert f(1) == '{TOKEN}'")]), run(*gave(TOKEN))).cases[0]
    assert (case.verdict, case.call) == ("solved", f"assert f(1) == '{TOKEN}'")
