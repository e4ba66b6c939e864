"""Checkers: asked in a batch of their own, with what they may see and nothing else, and never a way to be paid by failing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.info import Verdict
from rlvr_envs.parsing.code import find_code
from rlvr_envs.sandbox.base import Call, CallResult, Iterated, Opaque, Program, Raised, RunResult, Sandbox, Status
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import CallTest, StdioTest, Suite, Task, Test
from rlvr_envs.tasks.format import check_task, task_from_dict, task_to_dict
from rlvr_envs.verifiers.checkers import question
from rlvr_envs.verifiers.judging import Judgement, judge_key, judge_many
from tests.verifiers.scripted import ScriptedSandbox, code, run

CHECKER = "def check(input, output, reference):\n    return sorted(output) == sorted(reference)"


def task(tests: list[Test], checker: str = CHECKER, **fields: Any) -> Task:
    return Task("t", "Write f.", fields.pop("entry_point", "f"), Suite(visible=tuple(tests)), checker=checker, **fields)


def judged(given: Task, *runs: RunResult) -> tuple[Judgement, ScriptedSandbox]:
    sandbox = ScriptedSandbox(*runs)
    return judge_many(sandbox, [(given, code())])[0], sandbox


GIVEN = task([CallTest((1,), [1, 2]), CallTest((2,), [3])])


def test_the_checker_is_asked_after_all_programs_have_ended_and_away_from_them() -> None:
    values = run(CallResult(Status.OK, value=[2, 1]), CallResult(Status.OK, value=[4]))
    found, sandbox = judged(GIVEN, values, run(CallResult(Status.OK, value=True), CallResult(Status.OK, value=(False, "no 3"))))
    assert sandbox.batches == 2
    assert sandbox.programs[0].role == "program"
    assert "sorted" not in repr(sandbox.programs[0])
    assert sandbox.programs[1] == Program(
        source=CHECKER,
        entry_point="check",
        calls=(Call(((1,), [2, 1], [1, 2])), Call(((2,), [4], [3]))),
        trace_calls=frozenset(),
        role="tests",
    )
    assert [(case.verdict, case.difference) for case in found.cases] == [("solved", ""), ("wrong", "the checker says: no 3")]
    assert found.verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("answer", "verdict", "told"),
    [
        (CallResult(Status.OK, value=True), "solved", ""),
        (CallResult(Status.OK, value=(True, "fine")), "solved", ""),
        (CallResult(Status.OK, value=False), "wrong", "the checker refused it"),
        (CallResult(Status.OK, value=1), "wrong", "the checker answered 1, neither a bool nor (bool, text)"),
        (CallResult(Status.OK, value=None), "wrong", "the checker answered None, neither a bool nor (bool, text)"),
        (CallResult(Status.OK, value=np.bool_(True)), "wrong", "the checker answered np.True_, neither a bool nor (bool, text)"),
        (CallResult(Status.OK, value=Opaque("Liar")), "wrong", "the checker answered <Liar>, neither a bool nor (bool, text)"),
        (CallResult(Status.OK, value=(True, Opaque("Liar"))), "wrong", "the checker answered (True, <Liar>), neither"),
        (CallResult(Status.ERROR, raised=Raised("ValueError", "<s>")), "wrong", "the checker raised ValueError: ‹s›"),
        (CallResult(Status.TIMEOUT), "wrong", "the checker gave no answer: timeout"),
        (CallResult(Status.MEMORY), "wrong", "the checker gave no answer: memory"),
        (CallResult(Status.CRASH), "wrong", "the checker gave no answer: crash"),
        (CallResult(Status.FORBIDDEN), "wrong", "the checker gave no answer: forbidden"),
        (CallResult(Status.NOT_RUN), "wrong", "the checker gave no answer: not_run"),
    ],
)
def test_only_true_is_paid(answer: CallResult, verdict: str, told: str) -> None:
    status = answer.status if answer.status not in (Status.OK, Status.ERROR, Status.NOT_RUN) else Status.OK
    found, _ = judged(task([CallTest((1,), 2)]), run(CallResult(Status.OK, value=2)), run(answer, status=status))
    assert (found.cases[0].verdict, found.score) == (verdict, float(verdict == "solved"))
    assert found.cases[0].difference.startswith(told)


@pytest.mark.parametrize("status", [Status.CRASH, Status.FORBIDDEN, Status.TIMEOUT])
def test_a_checker_that_ends_badly_after_its_answers_has_given_none(status: Status) -> None:
    found, _ = judged(
        task([CallTest((1,), 2)]), run(CallResult(Status.OK, value=2)), run(CallResult(Status.OK, value=True), status=status)
    )
    assert (found.verdict, found.score) == (Verdict.WRONG, 0.0)


def test_a_failing_machine_is_an_infra_error_and_not_a_refusal() -> None:
    for broken in (run(status=Status.INFRA_ERROR), run(CallResult(Status.INFRA_ERROR), status=Status.INFRA_ERROR), run()):
        found, _ = judged(task([CallTest((1,), 2)]), run(CallResult(Status.OK, value=2)), broken)
        assert (found.verdict, found.reason) == (Verdict.INFRA_ERROR, "sandbox_failed")


def test_a_checker_that_does_not_load_leaves_the_answer_unscored() -> None:
    broken = run(CallResult(Status.NOT_RUN), status=Status.ERROR, load_error=Raised("NameError", "x"))
    found, _ = judged(task([CallTest((1,), 2)]), run(CallResult(Status.OK, value=2)), broken)
    assert (found.verdict, found.reason, found.verdict.trainable) == (Verdict.UNSCORED, "checker_failed", False)


def test_it_is_not_asked_about_what_has_no_value() -> None:
    values = run(CallResult(Status.OK, value=[Opaque("Liar")]), CallResult(Status.ERROR, raised=Raised("E", "")))
    found, sandbox = judged(GIVEN, values)
    assert sandbox.batches == 1
    assert [(case.verdict, case.difference[:43]) for case in found.cases] == [
        ("wrong", "the checker was not asked: an object of typ"),
        ("error", ""),
    ]


@pytest.mark.parametrize(
    ("test", "result"),
    [
        (CallTest((1,), None), CallResult(Status.OK, value=5)),
        (CallTest((1,), [1, 2]), CallResult(Status.OK, value=5)),
        (CallTest((1,), [1, 2]), CallResult(Status.ERROR, raised=Raised("E", ""))),
        (CallTest((1,), [1, 2]), CallResult(Status.OK, value=Opaque("Liar"))),
        (StdioTest("1", "2"), CallResult(Status.OK, stdout="5")),
        (StdioTest("1", "2"), CallResult(Status.TIMEOUT)),
    ],
)
@pytest.mark.parametrize("ruling", [False, (False, "no")])
def test_where_a_checker_decides_nothing_is_expected(test: Test, result: CallResult, ruling: object) -> None:
    given = task([test], entry_point="f" if isinstance(test, CallTest) else None)
    status = Status.TIMEOUT if result.status is Status.TIMEOUT else Status.OK
    found, _ = judged(given, run(result, status=status), run(CallResult(Status.OK, value=ruling)))
    assert (found.cases[0].right, found.cases[0].verdict != "solved") == ("", True)


def test_iterators_and_values_of_numpy_are_handed_over_as_plain_data() -> None:
    assert question((1,), Iterated("generator", (1, np.int64(2))), None) == ((1,), [1, 2], None)
    assert question((1,), {np.int64(1): (np.array([1.5]),)}, None) == ((1,), {1: ([1.5],)}, None)
    assert question((1,), Iterated("count", (1,), ended=False), None) is None
    assert question((1,), Opaque("Liar"), None) is None


def test_values_that_fit_alone_but_not_together_are_wrong() -> None:
    deep: Any = 1
    for _ in range(50):
        deep = [deep]
    assert question((1,), deep, None) is None


def test_the_key_of_a_judgement_holds_the_checker() -> None:
    assert judge_key(GIVEN) != judge_key(task(list(GIVEN.tests.visible), checker=CHECKER + "\n# other"))


@pytest.mark.parametrize(
    ("tests", "checker", "rule"),
    [
        ([CallTest((1,), 2)], "def check(", "must parse"),
        ([CallTest((1,), 2)], "def check(a, b): return True", r"must define check\(input, output, reference\)"),
        ([CallTest((), 2, {"x": 1})], CHECKER, "needs tests without kwargs"),
    ],
)
def test_a_task_with_a_checker_that_cannot_be_asked_is_refused(tests: list[Test], checker: str, rule: str) -> None:
    with pytest.raises(TaskError, match=rule):
        check_task(task(tests, checker=checker))


def test_a_checker_is_written_to_a_file_and_read_back() -> None:
    assert task_from_dict(task_to_dict(GIVEN)) == GIVEN


FACTORS = """
def check(input, output, reference):
    product = 1
    for factor in output:
        product *= factor
    if product != input[0]:
        return False, f"the product is {product}"
    return len(output) > 1
"""


@pytest.mark.parametrize(
    ("body", "verdicts"),
    [
        ("return [n // 2, 2]", ["solved", "solved"]),
        ("return [n]", ["wrong", "wrong"]),
        ("return (n // 2 for _ in range(1))", ["wrong", "wrong"]),
        ("return iter([2, n // 2])", ["solved", "solved"]),
        ("return n", ["wrong", "wrong"]),  # the checker raises: an int is not iterable
        ("return None", ["wrong", "wrong"]),
        ("class L(list):\n        def __iter__(self): return iter([n // 2, 2])\n    return L()", ["wrong", "wrong"]),
        ("return ['x' * 9 ** 7] * 9", ["wrong", "wrong"]),
    ],
)
def test_a_checker_decides_in_a_sandbox(sandbox: Sandbox, body: str, verdicts: list[str]) -> None:
    given = task([CallTest((12,), [3, 4]), CallTest((10,), [2, 5])], checker=FACTORS)
    found = judge_many(sandbox, [(given, find_code(f"def f(n):\n    {body}"))])[0]
    assert [case.verdict for case in found.cases] == verdicts


def test_a_checker_of_printed_text(sandbox: Sandbox) -> None:
    checker = "def check(input, output, reference):\n    return {int(w) for w in output.split()} == set(range(int(input)))"
    given = task([StdioTest("3", "0 1 2"), StdioTest("2", "0 1")], checker=checker, entry_point=None)
    right, wrong, garbage = (
        judge_many(sandbox, [(given, find_code(f"n = int(input())\nprint({text})"))])[0].verdict
        for text in ("*reversed(range(n))", "*range(n + 1)", "'x'")
    )
    assert (right, wrong, garbage) == (Verdict.SOLVED, Verdict.WRONG, Verdict.WRONG)


@pytest.mark.parametrize(
    "checker",
    [
        "def check(i, o, r):\n    while True: pass",
        "import os\ndef check(i, o, r): os._exit(0)",
        "import sys\ndef check(i, o, r): sys.exit(0)",
        "def check(i, o, r): return check(i, o, r)",
        "class True_(int): pass\ndef check(i, o, r): return True_(1)",
    ],
)
def test_a_checker_that_fails_pays_nothing(sandbox: Sandbox, checker: str) -> None:
    given = task([CallTest((1,), 1)], checker=checker, limits=Limits(time_s=0.5))
    found = judge_many(sandbox, [(given, find_code("def f(x): return x"))])[0]
    assert (found.verdict, found.score) == (Verdict.WRONG, 0.0)


def test_the_worker_of_solutions_never_hears_of_checker_or_reference(sandbox: Sandbox) -> None:
    # The program looks for the marks in all text that it can reach; the same worker served other programs before.
    source = (
        "import gc\n"
        "def f(x):\n"
        "    texts = [o for o in gc.get_objects() if isinstance(o, (str, dict, list, tuple))]\n"
        "    return any('-'.join(['kept', 'secret']) in repr(t)[:10000] for t in texts[-5000:])"
    )
    checker = "def check(input, output, reference):\n    'kept-secret'\n    return output is False and reference == 'kept-secret'"
    given = task([CallTest((1,), "kept-secret")], checker=checker)
    for _ in range(2):
        assert judge_many(sandbox, [(given, find_code(source))])[0].verdict is Verdict.SOLVED
