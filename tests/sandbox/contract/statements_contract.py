"""Test statements that run against a program in a guest of their own."""

from __future__ import annotations

from rlvr_envs.sandbox.base import Sandbox, Status
from tests.sandbox.contract.asking import SHORT, run_tests, statuses


class StatementsContract:
    """A part of the contract of every sandbox backend."""

    def test_statements_are_run_against_the_program(self, sandbox: Sandbox) -> None:
        tests = ("assert f(2) == 4", "assert f(2) == 5", "y = f(3)", "assert y == 6", "assert f(1) in {2, 3}, 'message'")
        result = run_tests(sandbox, "def f(x):\n    return x * 2", *tests)
        assert statuses(result) == [Status.OK, Status.ERROR, Status.OK, Status.OK, Status.OK]
        failed = result.results[1]
        assert (failed.left, failed.op, failed.right) == (4, "==", 5)
        assert failed.raised is not None
        assert failed.raised.type == "AssertionError"

    def test_large_arguments_to_a_program_that_floods_its_reply_pipe_hold_up_nobody(self, sandbox: Sandbox) -> None:
        source = "import os\ndef f(x):\n    while True:\n        os.write(3, bytes(4096))"
        result = run_tests(sandbox, source, "f(1)", "f([123456] * 30000)", limits=SHORT)
        assert not {Status.OK, Status.INFRA_ERROR} & set(statuses(result))

    def test_a_program_that_reads_requests_slowly_runs_out_of_time(self, sandbox: Sandbox) -> None:
        source = "import os, time\ndef f(x):\n    while True:\n        os.read(4, 64)\n        time.sleep(0.2)"
        slow = "import threading\n" + source + "\nthreading.Thread(target=f, args=(1,), daemon=True).start()\ng = f\nf = len"
        result = run_tests(sandbox, slow, "f([123456] * 60000)", limits=SHORT)
        assert statuses(result)[0] in (Status.TIMEOUT, Status.FORBIDDEN)

    def test_setup_of_the_tests_and_asserts_in_functions_work(self, sandbox: Sandbox) -> None:
        setup = (
            "import math\ndef check(candidate):\n    assert candidate(4) == 2\n    assert math.isclose(candidate(2), 1.4142135)"
        )
        result = run_tests(sandbox, "def f(x):\n    return x ** 0.5", "check(f)", setup=setup)
        assert statuses(result) == [Status.ERROR]  # 1.41421356... is not close to 1.4142135 at a relative 1e-9
        result = run_tests(sandbox, "def f(x):\n    return x ** 0.5 if x < 9 else 0", "assert f(9) == 3", setup=setup)
        assert (result.results[0].left, result.results[0].op, result.results[0].right) == (0, "==", 3)

    def test_changes_in_place_come_back(self, sandbox: Sandbox) -> None:
        source = "def f(a, d, s):\n    a.sort()\n    d['k'] = a\n    s.add(9)"
        test = "a, d, s = [2, 1], {}, set()\nassert f(a, d, s) is None\nassert (a, d, s) == ([1, 2], {'k': [1, 2]}, {9})"
        assert statuses(run_tests(sandbox, source, test)) == [Status.OK]

    def test_exceptions_of_the_program_reach_the_tests_as_builtins(self, sandbox: Sandbox) -> None:
        source = "class Bad(KeyError):\n    pass\ndef f(x):\n    raise Bad(x)"
        catch = "try:\n    f(1)\nexcept KeyError:\n    pass\nelse:\n    raise AssertionError"
        result = run_tests(sandbox, source, catch, "f(2)")
        assert statuses(result) == [Status.OK, Status.ERROR]
        raised = result.results[1].raised
        assert raised is not None
        assert (raised.type, raised.bases[0], raised.frames[0].line) == ("Bad", "KeyError", 4)

    def test_a_program_that_dies_ends_its_test_and_the_rest_is_not_run(self, sandbox: Sandbox) -> None:
        source = "import os\ndef f(x):\n    if x == 1:\n        os._exit(0)\n    while x == 2:\n        pass\n    return x"
        result = run_tests(sandbox, source, "assert f(0) == 0", "f(1)", "assert f(0) == 0")
        assert (result.status, statuses(result)) == (Status.FORBIDDEN, [Status.OK, Status.FORBIDDEN, Status.NOT_RUN])
        result = run_tests(sandbox, source, "assert f(0) == 0", "f(2)", "assert f(0) == 0", limits=SHORT)
        assert (result.status, statuses(result)) == (Status.TIMEOUT, [Status.OK, Status.TIMEOUT, Status.NOT_RUN])

    def test_faults_of_the_tests_are_errors_of_the_tests(self, sandbox: Sandbox) -> None:
        source = "def f(x):\n    return x"
        tests = ("assert f(1) == unknown", "assert f(1) ==", "raise SystemExit(0)", "assert f(1) == 1")
        result = run_tests(sandbox, source, *tests)
        assert statuses(result) == [Status.ERROR, Status.ERROR, Status.ERROR, Status.OK]
        assert [item.raised.type for item in result.results if item.raised] == ["NameError", "SyntaxError", "SystemExit"]
        result = run_tests(sandbox, source, "import os\nos._exit(0)", "assert f(1) == 1")
        assert statuses(result) == [Status.ERROR, Status.NOT_RUN]

    def test_a_broken_setup_of_the_tests_fails_every_test_and_says_why(self, sandbox: Sandbox) -> None:
        result = run_tests(sandbox, "def f(x):\n    return x", "f(1)", "f(2)", setup="import no_such_module")
        assert statuses(result) == [Status.ERROR, Status.ERROR]
        assert result.results[1].raised is not None
        assert result.results[1].raised.type == "ModuleNotFoundError"

    def test_tests_may_build_and_change_objects_of_the_program(self, sandbox: Sandbox) -> None:
        source = (
            "class Node:\n    limit = 3\n    def __init__(self, n):\n        self.n, self.next = n, None\n"
            "    def total(self, factor=1):\n        return self.n * factor + (self.next.total() if self.next else 0)\n"
            "def f(node):\n    return node.total()\n"
        )
        setup = "root = Node(1)\nroot.next = Node(20)"
        tests = (
            "assert f(root) == 21",
            "root.next.n = 30\nassert f(root) == 31",
            "assert root.total(factor=2) == 32",
            "assert root.next is root.next",
            "assert Node.limit == 3",
            "assert [each.n for each in [Node(5), Node(6)]] == [5, 6]",
            "root.missing",
        )
        result = run_tests(sandbox, source, *tests, setup=setup)
        assert statuses(result) == [Status.OK] * 6 + [Status.ERROR]
        assert result.results[6].raised is not None
        assert result.results[6].raised.type == "AttributeError"

    def test_an_object_of_the_program_equals_itself_alone(self, sandbox: Sandbox) -> None:
        source = (
            "class Yes:\n    def __eq__(self, other):\n        return True\n    def __bool__(self):\n        return True\n"
            "    __hash__ = object.__hash__\ndef f(x):\n    return Yes()"
        )
        tests = ("y = f(1)\nassert y == y", "assert y == 1", "assert 1 == y", "assert y in [1, 2]", "assert y == f(1)")
        assert statuses(run_tests(sandbox, source, *tests)) == [Status.OK] + [Status.ERROR] * 4

    def test_names_of_the_tests_are_never_taken_from_the_program(self, sandbox: Sandbox) -> None:
        source = "def close(a, b):\n    return True\ndef len(x):\n    return 3\ndef f(x):\n    return 7"
        setup = "def close(a, b):\n    return abs(a - b) < 1e-6"
        result = run_tests(sandbox, source, "assert close(f(1), 1.0)", "assert len([1]) == 3", setup=setup)
        assert statuses(result) == [Status.ERROR, Status.ERROR]

    def test_an_object_that_the_program_returns_cannot_be_compared(self, sandbox: Sandbox) -> None:
        source = "class Yes:\n    def __eq__(self, other):\n        return True\ndef f(x):\n    return Yes()"
        for test in ("assert f(1) == 1", "assert f(1) != 1", "assert 1 in [f(1)]"):
            item = run_tests(sandbox, source, test).results[0]
            assert item.status is Status.ERROR
            assert item.raised is not None
            assert item.raised.type == "TypeError"
