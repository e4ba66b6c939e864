"""Why a reference fails: the first failing test, whichever group it is in, with exception and line or values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rlvr_envs.audit.failures import Failure, find_failures
from rlvr_envs.audit.measure import Settings, measure
from rlvr_envs.parsing.code import CodeBlock, find_code
from rlvr_envs.sandbox.base import CallResult, RunResult, Sandbox, Status
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest, Suite, Task
from tests.verifiers.scripted import ScriptedSandbox

SUITE = Suite(
    visible=(AssertTest("assert f(1) == 2"),),
    hidden=tuple(CallTest((n,), n + 1) for n in range(2, 42)),
    audit=(CallTest((50,), 51), CallTest((60,), 61)),
)


@pytest.fixture(scope="module")
def sandbox(auto_sandbox: Sandbox) -> Sandbox:
    return auto_sandbox


def failure_of(sandbox: Sandbox, source: str, suite: Suite = SUITE, entry_point: str | None = "f") -> Failure | None:
    block = find_code(f"```python\n{source}\n```")
    assert isinstance(block, CodeBlock)
    task = Task("t", "p", entry_point, suite, limits=Limits(time_s=1.0))
    return find_failures(sandbox, [(task, block)])[0]


BODY = "def f(x):\n    if x == {x}:\n        {statement}\n    return x + 1"


@pytest.mark.parametrize(("x", "test"), [(1, "visible[0]"), (3, "hidden[1]"), (41, "hidden[39]"), (60, "audit[1]")])
def test_an_exception_is_told_with_its_type_message_and_line(sandbox: Sandbox, x: int, test: str) -> None:
    found = failure_of(sandbox, BODY.format(x=x, statement="raise ValueError(f'not {x}')"))
    call = "assert f(1) == 2" if x == 1 else f"f({x})"
    assert found == Failure(test, "error", call, "ValueError", f"not {x}", 3, "raise ValueError(f'not {x}')")
    assert str(found) == f"{test} `{call}`: raised ValueError: not {x}, line 3 `raise ValueError(f'not {{x}}')`"


def test_a_wrong_value_is_told_with_what_was_expected(sandbox: Sandbox) -> None:
    found = failure_of(sandbox, BODY.format(x=41, statement="return 'x'"))
    assert str(found) == "hidden[39] `f(41)`: got 'x', expected 42"


def test_the_first_of_several_failing_tests_is_told(sandbox: Sandbox) -> None:
    found = failure_of(sandbox, "def f(x):\n    return 0 if x in (7, 50) else x + 1")
    assert str(found) == "hidden[5] `f(7)`: got 0, expected 8"


def test_an_endless_reference_tells_where_it_was(sandbox: Sandbox) -> None:
    found = failure_of(sandbox, BODY.format(x=3, statement="while True: pass"))
    assert str(found) == "hidden[1] `f(3)`: timeout, line 3 `while True: pass`"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            "import no_such_module",
            "it does not load: raised ModuleNotFoundError: No module named 'no_such_module', line 1 `import",
        ),
        ("x = 1\ndef f(x:\n    pass", "it does not load: raised SyntaxError: "),
        ("def g(x):\n    return x", "it does not load: raised NameError: the program does not define 'f'"),
    ],
)
def test_a_reference_that_does_not_load_says_why(sandbox: Sandbox, source: str, told: str) -> None:
    assert str(failure_of(sandbox, source)).startswith(told)


def test_a_program_that_prints_is_told_by_what_it_printed(sandbox: Sandbox) -> None:
    suite = Suite(hidden=(StdioTest("1\n", "1\n"), StdioTest("2\n", "2\n3\n")))
    found = failure_of(sandbox, "print(input())", suite, None)
    assert str(found) == r"hidden[1] `stdin: '2\n'`: got 2 , expected 2 3"


def test_what_passes_this_time_has_no_failure(sandbox: Sandbox) -> None:
    assert failure_of(sandbox, "def f(x):\n    return x + 1") is None


def test_a_failing_machine_has_no_failure_to_tell() -> None:
    broken = RunResult(Status.INFRA_ERROR, (CallResult(Status.INFRA_ERROR),) * 32)
    assert failure_of(ScriptedSandbox(broken, broken), "def f(x):\n    return x") is None


def test_only_references_that_fail_every_time_are_run_again_and_each_keeps_its_own(sandbox: Sandbox) -> None:
    good = Task("good", "p", "f", SUITE, reference="def f(x):\n    return x + 1")
    bad = replace(good, task_id="bad", reference="def f(x):\n    return x + (x != 50)")
    worse = replace(good, task_id="worse", reference="def f(x):\n    return [][x]")
    bare = replace(good, task_id="bare", reference=None)
    found = measure([good, bad, bare, worse], sandbox, Settings(runs=2, mutants=0))
    assert [str(one.failure) for one in found] == [
        "None",
        "audit[0] `f(50)`: got 50, expected 51",
        "None",
        "visible[0] `assert f(1) == 2`: raised IndexError: list index out of range, line 2 `return [][x]`",
    ]
