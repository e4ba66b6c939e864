"""Verdicts from scripted results of a sandbox: no program runs here."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable

import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.info import NO_SCORE, Verdict
from rlvr_envs.sandbox.base import Call, CallResult, Program, Raised, RaisedFrame, RunResult, Status
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest, Task, Test
from rlvr_envs.verifiers.judging import judge_key, judge_many
from tests.verifiers.scripted import ACTION, ScriptedSandbox, code, expect, gave, judge, run, task


def test_hidden_tests_decide_and_only_counts_of_them_are_told() -> None:
    given = task(visible=expect(1), hidden=expect(2, 3), audit=expect(4, 5))
    found = judge(given, run(*gave(2, 3, 0, 5, 0)))
    assert (found.verdict, found.reason, found.score) == (Verdict.WRONG, "wrong_answer", 0.5)
    assert (found.visible_passed, found.visible_total) == (1, 1)
    assert (found.hidden_passed, found.hidden_total) == (1, 2)
    assert (found.audit_passed, found.audit_total, found.audit_score) == (1, 2, 0.5)
    assert [case.id for case in found.cases] == ["visible[0]"]


def test_nothing_of_hidden_and_audit_tests_is_in_the_judgement() -> None:
    secret = 987654
    hidden: list[Test] = [CallTest((secret,), secret), AssertTest(f"assert f({secret}) == {secret}")]
    raised = Raised("ValueError", f"no {secret}", (RaisedFrame(2, "f", locals=(("x", str(secret)),)),))
    failed = CallResult(Status.ERROR, raised=raised, stdout=f"{secret}")
    found = judge(task(visible=expect(1), hidden=hidden, audit=hidden), run(*gave(0), failed, *gave(secret), failed, failed))
    assert str(secret) not in repr(found)


def test_visible_tests_decide_where_there_are_no_hidden_ones() -> None:
    found = judge(task(visible=expect(1, 2)), run(*gave(2, 3)))
    assert (found.verdict, found.score, found.reason) == (Verdict.SOLVED, 1.0, "")
    assert math.isnan(found.audit_score)
    assert found.audit_score == NO_SCORE


def test_a_failed_visible_test_does_not_outweigh_the_hidden_ones() -> None:
    assert judge(task(visible=expect(1), hidden=expect(2)), run(*gave(0, 3))).verdict is Verdict.SOLVED


def test_all_calls_of_a_program_are_one_run_and_only_visible_ones_are_traced() -> None:
    given = task(
        visible=[AssertTest("assert f(1) == f(1)"), CallTest((2,), 3)],
        hidden=[CallTest((3,), 4, {"k": 5})],
        audit=expect(6),
        setup="import math",
        limits=Limits(time_s=1.0),
    )
    sandbox = ScriptedSandbox(run(*gave(2, 2, 3, 4, 7)))
    assert judge_many(sandbox, [(given, code())])[0].verdict is Verdict.SOLVED
    assert sandbox.programs == [
        Program(
            source="def f(x):\n    return x + 1",
            entry_point="f",
            setup="import math",
            calls=(Call((1,)), Call((1,)), Call((2,)), Call((3,), {"k": 5}), Call((6,))),
            limits=Limits(time_s=1.0),
            trace_calls=frozenset({0, 1, 2}),
            together=(3, 2),
        )
    ]


def test_a_program_holds_nothing_that_is_expected() -> None:
    given = task(visible=[CallTest((1,), 777001), AssertTest("assert f(2) == 777002")], hidden=[CallTest((3,), 777003)])
    sandbox = ScriptedSandbox(run(*gave(0, 0, 0)))
    judge_many(sandbox, [(given, code())])
    assert "77700" not in repr(sandbox.programs)


def test_a_test_without_a_plan_runs_beside_the_calls_and_keeps_its_place() -> None:
    loop = AssertTest("for i in range(2):\n    assert f(i) == i + 1")
    given = task(visible=[*expect(1), loop, *expect(2)], test_setup="y = 1")
    sandbox = ScriptedSandbox(run(*gave(2, 0)), run(CallResult(Status.OK)))
    found = judge_many(sandbox, [(given, code())])[0]
    assert [(case.id, case.verdict) for case in found.cases] == [
        ("visible[0]", "solved"),
        ("visible[1]", "solved"),
        ("visible[2]", "wrong"),
    ]
    assert [(len(p.calls), p.tests, p.test_setup) for p in sandbox.programs] == [(2, (), ""), (0, (loop.source,), "y = 1")]


def test_set_up_code_that_rebinds_known_names_sends_all_asserts_to_a_guest() -> None:
    sandbox = ScriptedSandbox(run(CallResult(Status.OK)))
    judge_many(sandbox, [(task(visible=[AssertTest("assert f(1) == 2")], test_setup="def abs(x): return x"), code())])
    assert sandbox.programs[0].tests == ("assert f(1) == 2",)


def test_programs_that_read_stdin_are_compared_by_their_output() -> None:
    given = task(visible=[StdioTest("1\n", "2\n")], hidden=[StdioTest("2\n", "3\n"), StdioTest("3", "4")], entry_point=None)
    printed = [CallResult(Status.OK, stdout=text) for text in ("1\n", "3  \n", "5")]
    sandbox = ScriptedSandbox(run(*printed))
    found = judge_many(sandbox, [(given, code())])[0]
    assert (found.verdict, found.score) == (Verdict.WRONG, 0.5)
    case = found.cases[0]
    assert (case.call, case.left, case.right, case.stdout) == (r"stdin: '1\n'", "1\n", "2\n", "")
    assert case.difference == "line 1, column 1: '1' != '2'"
    assert (sandbox.programs[0].stdin, sandbox.programs[0].entry_point) == (("1\n", "2\n", "3"), None)


def test_an_entry_point_below_a_class_is_a_path() -> None:
    sandbox = ScriptedSandbox(run(*gave(2)))
    judge_many(sandbox, [(task(visible=expect(1), entry_point="Solution.f"), code())])
    assert (sandbox.programs[0].entry_point, sandbox.programs[0].calls) == ("Solution", (Call((1,), path=("f",)),))


def stopped(status: Status) -> RunResult:
    return run(*gave(2), CallResult(status), CallResult(Status.NOT_RUN), status=status)


@pytest.mark.parametrize("status", [Status.TIMEOUT, Status.MEMORY, Status.OUTPUT_LIMIT, Status.CRASH, Status.FORBIDDEN])
def test_a_stop_gives_the_verdict_and_keeps_what_was_answered_before(status: Status) -> None:
    found = judge(task(visible=expect(1), hidden=expect(2, 3)), stopped(status))
    assert (found.verdict.value, found.reason, found.visible_passed, found.hidden_passed) == (status.value, "stopped", 1, 0)


@pytest.mark.parametrize("status", [Status.TIMEOUT, Status.CRASH, Status.FORBIDDEN])
def test_a_stop_outside_of_all_tests_voids_them(status: Status) -> None:
    found = judge(
        task(visible=expect(1), hidden=expect(2), audit=expect(3)), run(*gave(2, 3, 4), status=status, detail="surplus")
    )
    assert (found.verdict.value, found.score, found.visible_passed, found.audit_passed) == (status.value, 0.0, 0, 0)


def test_a_stop_in_an_audit_test_takes_nothing_away() -> None:
    found = judge(
        task(hidden=expect(1), audit=expect(2, 3)),
        run(*gave(2), CallResult(Status.TIMEOUT), CallResult(Status.NOT_RUN), status=Status.TIMEOUT),
    )
    assert (found.verdict, found.score, found.audit_score) == (Verdict.SOLVED, 1.0, 0.0)


def test_a_program_stopped_while_loading() -> None:
    found = judge(task(hidden=expect(1)), run(CallResult(Status.NOT_RUN), status=Status.MEMORY))
    assert (found.verdict, found.reason, found.score) == (Verdict.MEMORY, "stopped", 0.0)


def test_the_worst_stop_of_several_runs_wins() -> None:
    given = task(hidden=[*expect(1), AssertTest("while 1:\n    f(1)")])
    timed_out = run(CallResult(Status.TIMEOUT), status=Status.TIMEOUT)
    left = run(CallResult(Status.FORBIDDEN), status=Status.FORBIDDEN)
    assert judge(given, timed_out, left).verdict is Verdict.FORBIDDEN


def test_a_load_error_is_told_once_and_no_case_ran() -> None:
    error = Raised("NameError", "name 'y' is not defined", (RaisedFrame(1, "<module>"),))
    result = run(CallResult(Status.NOT_RUN), CallResult(Status.NOT_RUN), status=Status.ERROR, load_error=error, stdout="loading")
    found = judge(task(visible=expect(1), hidden=expect(2)), result)
    assert (found.verdict, found.reason, found.stdout) == (Verdict.ERROR, "load_error", "loading")
    assert found.cases[0].verdict == "not_run"
    assert found.exception is not None
    assert (found.exception.type, found.exception.basis) == ("NameError", "claimed")
    assert ACTION[slice(*found.exception.frames[0].span)] == "def f(x):"


def test_wrong_is_told_before_error() -> None:
    failed = CallResult(Status.ERROR, raised=Raised("ValueError", ""))
    assert judge(task(hidden=expect(1, 2)), run(failed, *gave(0))).verdict is Verdict.WRONG


@pytest.mark.parametrize(
    "broken",
    [
        run(*gave(2), CallResult(Status.INFRA_ERROR), status=Status.INFRA_ERROR, detail="worker died"),
        run(status=Status.INFRA_ERROR, detail="worker died"),
        run(*gave(2)),  # fewer results than asked
        run(*gave(2, 3, 4)),  # more than asked
    ],
)
def test_a_failure_of_the_machinery_is_never_an_answer(broken: RunResult, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = judge(task(visible=expect(1), hidden=expect(2)), broken)
    assert (found.verdict, found.reason) == (Verdict.INFRA_ERROR, "sandbox_failed")
    assert "task t: the sandbox failed: " in caplog.text


def test_one_broken_part_makes_the_whole_an_infra_error() -> None:
    given = task(visible=[AssertTest("while 1:\n    f(1)")], hidden=expect(1))
    assert judge(given, run(*gave(2)), run(status=Status.INFRA_ERROR)).verdict is Verdict.INFRA_ERROR


def test_answers_that_need_no_sandbox_do_not_reach_it() -> None:
    sandbox = ScriptedSandbox()
    unclosed = code("```\nx = (\n```")
    given = task(visible=expect(1), hidden=expect(2))
    items = [(given, None), (given, unclosed), (given, code("```\n" + "#" * 300_000 + "\n```")), (task(audit=expect(1)), code())]
    found = judge_many(sandbox, items)
    assert [(one.verdict.value, one.reason) for one in found] == [
        ("malformed", "no_code"),
        ("error", "syntax_error"),
        ("malformed", "too_large"),
        ("unscored", "no_tests"),
    ]
    assert (sandbox.batches, found[0].hidden_total, found[0].score) == (0, 1, 0.0)
    assert found[1].exception is not None
    assert (found[1].exception.basis, found[1].exception.frames[0].span) == ("verified", (8, 9))


def test_a_batch_is_one_call_of_the_sandbox_and_keeps_its_order() -> None:
    sandbox = ScriptedSandbox(run(*gave(2)), run(*gave(0)), run(*gave(4)))
    items = [
        (task(visible=expect(1)), code()),
        (task(), None),
        (task(visible=expect(2)), code()),
        (task(visible=expect(3)), code()),
    ]
    found = judge_many(sandbox, items)
    assert [one.verdict.value for one in found] == ["solved", "malformed", "wrong", "solved"]
    assert sandbox.batches == 1


def test_a_test_that_cannot_be_asked_is_the_tasks_fault() -> None:
    with pytest.raises(TaskError, match="field 'entry_point': must be a name, as a test of task 't' needs it, got None"):
        judge(task(visible=expect(1), entry_point=None))


def test_equal_tasks_have_one_key() -> None:
    key = judge_key(task(visible=expect(1)))
    assert key == judge_key(task(visible=expect(1)))
    assert len(bytes.fromhex(key)) == 32


@pytest.mark.parametrize(
    "other",
    [
        lambda: task(visible=expect(2)),
        lambda: task(hidden=expect(1)),
        lambda: task(visible=[CallTest((1.0,), 2)]),
        lambda: task(visible=expect(1), comparison="numeric"),
        lambda: task(visible=expect(1), setup="x = 1"),
        lambda: task(visible=expect(1), test_setup="x = 1"),
        lambda: task(visible=expect(1), entry_point="g"),
        lambda: task(visible=expect(1), limits=Limits(time_s=1.0)),
        lambda: task(visible=[AssertTest("assert f(1) == 2")]),
    ],
)
def test_tasks_that_are_judged_differently_have_different_keys(other: Callable[[], Task]) -> None:
    assert judge_key(other()) != judge_key(task(visible=expect(1)))
