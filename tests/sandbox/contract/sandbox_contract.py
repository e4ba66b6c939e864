"""What every sandbox backend must do; a backend's test class inherits it and names the backend."""

from __future__ import annotations

import math
import os
import threading
from decimal import Decimal

import pytest

from rlvr_envs.errors import EnvClosed
from rlvr_envs.sandbox.base import Call, Opaque, Program, RunResult, Sandbox, Status
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.sandbox.limits import Limits
from tests.sandbox.contract.callbacks_contract import CallbacksContract

SHORT = Limits(time_s=1.5)

COUNTING_CLASS = """
class Solution:
    def __init__(self):
        self.n = 0
    def solve(self, a, b=1):
        self.n += 1
        return a - b, self.n
"""
INEXACT_VALUES = """
class N(int):
    pass
class R:
    def __repr__(self):
        return 'forged'
def f(x):
    return [N(3), R(), x]
"""
COUNTING_CALLS = """
import math
n = 0
def f(x):
    global n
    n += 1
    math.poison = getattr(math, 'poison', 0) + 1
    return n, math.poison
"""
ADDING_MAIN = """
import sys
n = globals().get('n', 0) + 1
if __name__ == '__main__':
    print(sum(map(int, sys.stdin.read().split())), n)
"""


def statuses(result: RunResult) -> list[Status]:
    return [item.status for item in result.results]


def calls(*inputs: object) -> tuple[Call, ...]:
    return tuple(Call((item,)) for item in inputs)


def ask(sandbox: Sandbox, source: str, *inputs: object, limits: Limits = Limits()) -> RunResult:
    """Calls the function ``f`` of ``source`` with each input."""
    return sandbox.run(Program(source, entry_point="f", calls=calls(*inputs), limits=limits))


class SandboxContract(CallbacksContract):
    """Set ``backend`` in a subclass."""

    backend: str

    # --- calls -------------------------------------------------------------------------------------------------------

    def test_calls_give_values_in_order(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "def f(x):\n    return x * 2", 1, "ab", [1])
        assert result.status is Status.OK
        assert [item.value for item in result.results] == [2, "abab", [1, 1]]

    def test_values_keep_their_exact_types(self, sandbox: Sandbox) -> None:
        source = (
            "from decimal import Decimal\ndef f(x):\n    return [True, 1, 1.0, -0.0, (1,), {2}, b'a', Decimal('1.50'), x, None]"
        )
        value = ask(sandbox, source, float("inf")).results[0].value
        assert [type(item) for item in value] == [bool, int, float, float, tuple, set, bytes, Decimal, float, type(None)]
        assert math.copysign(1, value[3]) == -1
        assert str(value[7]) == "1.50"
        assert value[8] == float("inf")

    def test_keyword_arguments_and_paths_below_a_class_are_called(self, sandbox: Sandbox) -> None:
        call = Call((5,), {"b": 2}, ("solve",))
        result = sandbox.run(Program(COUNTING_CLASS, entry_point="Solution", calls=(call, call)))
        assert [item.value for item in result.results] == [(3, 1), (3, 1)]

    def test_state_lasts_over_the_calls_of_one_program_and_not_into_the_next(self, sandbox: Sandbox) -> None:
        assert [item.value for item in ask(sandbox, COUNTING_CALLS, 0, 0).results] == [(1, 1), (2, 2)]
        assert [item.value for item in ask(sandbox, COUNTING_CALLS, 0).results] == [(1, 1)]

    def test_instances_of_subclasses_and_objects_are_opaque(self, sandbox: Sandbox) -> None:
        value = ask(sandbox, INEXACT_VALUES, 1).results[0].value
        assert [type(item) for item in value] == [Opaque, Opaque, int]
        assert (value[0].type_name, value[1].type_name) == ("N", "R")
        assert "forged" not in value[1].text

    def test_an_exception_is_told_with_line_columns_and_locals(self, sandbox: Sandbox) -> None:
        source = "def f(x):\n    rows = [1, x]\n    return sum(rows) // x\n"
        raised = ask(sandbox, source, 0).results[0].raised
        assert raised is not None
        assert (raised.type, raised.message) == ("ZeroDivisionError", "integer division or modulo by zero")
        assert raised.bases[:2] == ("ZeroDivisionError", "ArithmeticError")
        assert (raised.frames[-1].line, raised.frames[-1].function) == (3, "f")
        assert raised.frames[-1].locals == (("x", "0"), ("rows", "[1, 0]"))

    def test_locals_are_told_only_for_the_calls_asked(self, sandbox: Sandbox) -> None:
        program = Program("def f(x):\n    return 1 // x", entry_point="f", calls=calls(0, 0), trace_calls=frozenset({1}))
        raised = [item.raised for item in sandbox.run(program).results]
        assert [len(item.frames) for item in raised if item] == [0, 1]

    def test_the_repr_of_the_program_is_never_called(self, sandbox: Sandbox) -> None:
        source = (
            "class R:\n    def __repr__(self):\n        return 'forged'\ndef f(x):\n    r = [R()]\n    raise ValueError('no')"
        )
        raised = ask(sandbox, source, 0).results[0].raised
        assert raised is not None
        assert dict(raised.frames[0].locals)["r"] == "[<R>]"

    def test_line_numbers_are_those_of_the_source_whatever_the_setup(self, sandbox: Sandbox) -> None:
        program = Program(
            "def f(x):\n    return helper(x)", entry_point="f", setup="\n\ndef helper(x):\n    return 1 // x", calls=calls(0)
        )
        raised = sandbox.run(program).results[0].raised
        assert raised is not None
        assert [frame.line for frame in raised.frames] == [2]

    def test_text_of_the_guest_is_cleaned_and_capped(self, sandbox: Sandbox) -> None:
        source = "def f(x):\n    s = 'a' * 5000\n    print('\\x1b[31m' + s)\n    raise ValueError('\\x07\\ud800' + s)"
        item = ask(sandbox, source, 0).results[0]
        assert item.raised is not None
        assert item.raised.message.startswith("\ufffd\ufffdaaa")
        assert len(item.raised.message) <= 2000
        assert len(item.stdout) <= 4096
        assert item.stdout.startswith("\ufffd[31m")
        assert len(dict(item.raised.frames[0].locals)["s"]) <= 200

    def test_what_a_call_prints_is_its_own(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "print('load')\ndef f(x):\n    print('call', x)", 1, 2)
        assert result.stdout == "load\n"
        assert [item.stdout for item in result.results] == ["call 1\n", "call 2\n"]

    def test_a_syntax_error_is_a_load_error_with_its_line(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "x = 1\ndef f(:\n", 1)
        assert result.status is Status.ERROR
        assert result.load_error is not None
        assert (result.load_error.type, result.load_error.frames[0].line) == ("SyntaxError", 2)
        assert statuses(result) == [Status.NOT_RUN]

    def test_a_missing_entry_point_is_a_load_error(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "def g(x):\n    return x", 1)
        assert result.load_error is not None
        assert "'f'" in result.load_error.message

    @pytest.mark.parametrize("source", ["", "\x00", "\ud800", "(" * 5000, "x" * 10**6])
    def test_text_that_is_no_program_is_a_load_error(self, sandbox: Sandbox, source: str) -> None:
        result = ask(sandbox, source, 1)
        assert result.status in (Status.ERROR, Status.MEMORY, Status.CRASH)
        assert statuses(result) in ([Status.NOT_RUN], [Status.CRASH])

    # --- limits ------------------------------------------------------------------------------------------------------

    def test_an_endless_call_times_out_and_the_answers_before_it_count(self, sandbox: Sandbox) -> None:
        source = "def f(x):\n    while x == 2:\n        pass\n    return x"
        result = ask(sandbox, source, 1, 2, 3, limits=SHORT)
        assert result.status is Status.TIMEOUT
        assert statuses(result) == [Status.OK, Status.TIMEOUT, Status.NOT_RUN]
        assert result.resources.wall_s >= 0.6

    def test_an_endless_load_times_out(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "while True:\n    pass", 1, limits=SHORT)
        assert (result.status, statuses(result)) == (Status.TIMEOUT, [Status.TIMEOUT])

    def test_memory_beyond_the_limit_is_told_and_the_next_call_runs(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "def f(x):\n    return len(bytearray(x))", 10**9, 10, limits=Limits(memory_mib=200))
        assert statuses(result) == [Status.MEMORY, Status.OK]

    def test_output_beyond_the_limit_ends_the_program(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "def f(x):\n    while True:\n        print('x' * 1000)", 1, limits=Limits(output_kib=8))
        assert (result.status, statuses(result)) == (Status.OUTPUT_LIMIT, [Status.OUTPUT_LIMIT])

    def test_raw_output_beyond_the_limit_is_told_even_when_the_program_ends_at_once(self, sandbox: Sandbox) -> None:
        program = Program("import os\nos.write(1, b'x' * 20000)", stdin=("",), limits=Limits(output_kib=8))
        assert statuses(sandbox.run(program)) == [Status.OUTPUT_LIMIT]

    def test_a_value_beyond_the_limit_is_opaque_and_the_next_call_runs(self, sandbox: Sandbox) -> None:
        result = ask(sandbox, "def f(x):\n    return 'x' * x", 10**6, 3, limits=Limits(reply_kib=16))
        assert statuses(result) == [Status.OK, Status.OK]
        assert type(result.results[0].value) is Opaque
        assert result.results[1].value == "xxx"

    @pytest.mark.parametrize(
        "build", ["a = []\n    a.append(a)", "a = []\n    for _ in range(99):\n        a = [a]", "a = [0] * 300000"]
    )
    def test_values_too_deep_or_too_many_hold_something_opaque(self, sandbox: Sandbox, build: str) -> None:
        item = ask(sandbox, f"def f(x):\n    {build}\n    return a", 0).results[0]
        assert item.status is Status.OK
        assert "Opaque" in repr(item.value)

    # --- where, when and what: told on request or at a time-out ----------------------------------------------------------

    def test_the_lines_that_a_call_executed_are_told_on_request(self, sandbox: Sandbox) -> None:
        source = "def f(x):\n    if x == 1:\n        return g(x)\n    return x\n\ndef g(x):\n    return [\n        x\n    ]\n"
        asked = Program(source, entry_point="f", calls=calls(1, 2, 1), trace_calls=frozenset({0, 1}), trace_lines=True)
        result = sandbox.run(asked)
        assert statuses(result) == [Status.OK] * 3
        assert [item.value for item in result.results] == [[1], 2, [1]]
        assert {2, 3, 7} <= set(result.results[0].lines) <= {2, 3, 7, 8}
        assert result.results[1].lines == (2, 4)
        assert result.results[2].lines == ()  # not asked for
        assert ask(sandbox, source, 1).results[0].lines == ()

    def test_the_lines_of_a_main_program_and_of_test_statements_are_told_too(self, sandbox: Sandbox) -> None:
        main = sandbox.run(Program("x = int(input())\nif x:\n    print(x)\n", stdin=("0", "1"), trace_lines=True))
        assert [item.lines for item in main.results] == [(1, 2), (1, 2, 3)]
        source = "def f(x):\n    if x:\n        return 1\n    return 2\n"
        tests = ("assert f(0) == 2", "for x in (0, 1):\n    f(x)")
        result = sandbox.run(Program(source, entry_point="f", tests=tests, trace_lines=True))
        assert [item.lines for item in result.results] == [(2, 4), (2, 3, 4)]

    @pytest.mark.parametrize("endless", ["while True:\n        pass", "\n    return 10 ** 10 ** 9"])
    def test_where_a_program_was_when_its_time_was_up_is_told(self, sandbox: Sandbox, endless: str) -> None:
        source = f"def f(x):\n    return g(x)\n\ndef g(x):\n    {endless}\n"
        result = ask(sandbox, source, 1, limits=SHORT)
        assert statuses(result) == [Status.TIMEOUT]
        frames = result.results[0].stopped_at
        assert [frame.function for frame in frames] == ["f", "g"]
        assert frames[0].line == 2
        assert frames[1].line in (5, 6)

    def test_a_program_that_hides_where_it_is_only_loses_that_feedback(self, sandbox: Sandbox) -> None:
        source = "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\ndef f(x):\n    while True:\n        pass"
        result = ask(sandbox, source, 1, limits=SHORT)
        assert (statuses(result), result.results[0].stopped_at) == ([Status.TIMEOUT], ())
        assert ask(sandbox, "def f(x):\n    return x", 1).results[0].value == 1

    def test_what_one_program_writes_to_the_trace_pipe_is_not_told_of_the_next(self, sandbox: Sandbox) -> None:
        forged = "import os\nos.write(5, b'  File \"<solution>\", line 77 in forged\\n' * 9)\ndef f(x):\n    return x"
        assert ask(sandbox, forged, 1).results[0].value == 1
        result = ask(sandbox, "def f(x):\n    while True:\n        pass", 1, limits=SHORT)
        assert [frame.function for frame in result.results[0].stopped_at] == ["f"]

    # --- stdin -------------------------------------------------------------------------------------------------------

    def test_a_program_reads_stdin_and_prints_each_time_in_a_new_process(self, sandbox: Sandbox) -> None:
        result = sandbox.run(Program(ADDING_MAIN, stdin=("1 2", "3 4\n")))
        assert result.status is Status.OK
        assert [item.stdout for item in result.results] == ["3 1\n", "7 1\n"]

    @pytest.mark.parametrize("read", ["open(0).read()", "open('/dev/stdin').read()", "input() + open('/dev/stdin').read()[1:]"])
    @pytest.mark.parametrize("together", [(), (2,)])
    def test_stdin_may_be_opened_by_number_and_by_name(self, sandbox: Sandbox, read: str, together: tuple[int, ...]) -> None:
        result = sandbox.run(Program(f"print({read}, end='')", stdin=("1\n2\n", "3\n"), together=together))
        assert [item.stdout for item in result.results] == ["1\n2\n", "3\n"]

    def test_sys_exit_zero_of_a_main_program_is_fine_and_another_code_is_an_error(self, sandbox: Sandbox) -> None:
        result = sandbox.run(Program("import sys\nprint('a')\nsys.exit(int(input()))", stdin=("0", "3")))
        assert statuses(result) == [Status.OK, Status.ERROR]
        assert [item.stdout for item in result.results] == ["a\n", "a\n"]

    def test_a_main_program_may_use_exit_handlers_and_threads_and_large_output(self, sandbox: Sandbox) -> None:
        source = (
            "import atexit, threading\natexit.register(print, 'bye')\nthreading.Thread(target=print, args=('x' * 60000,)).start()"
        )
        item = sandbox.run(Program(source, stdin=("",))).results[0]
        assert item.status is Status.OK
        assert item.stdout == "x" * 60000 + "\nbye\n"

    def test_after_a_time_out_the_other_texts_are_not_run(self, sandbox: Sandbox) -> None:
        source = "print('begun', flush=True)\nwhile input() == 'loop':\n    while True:\n        pass"
        result = sandbox.run(Program(source, stdin=("go", "loop", "go"), limits=SHORT))
        assert statuses(result) == [Status.OK, Status.TIMEOUT, Status.NOT_RUN]
        assert result.results[1].stdout == "begun\n"

    def test_a_syntax_error_of_a_main_program_is_a_load_error(self, sandbox: Sandbox) -> None:
        result = sandbox.run(Program("print(", stdin=("", "")))
        assert result.load_error is not None
        assert statuses(result) == [Status.NOT_RUN, Status.NOT_RUN]

    # --- tests -------------------------------------------------------------------------------------------------------

    def run_tests(self, sandbox: Sandbox, source: str, *tests: str, setup: str = "", limits: Limits = Limits()) -> RunResult:
        return sandbox.run(Program(source, entry_point="f", tests=tests, test_setup=setup, limits=limits))

    def test_statements_are_run_against_the_program(self, sandbox: Sandbox) -> None:
        tests = ("assert f(2) == 4", "assert f(2) == 5", "y = f(3)", "assert y == 6", "assert f(1) in {2, 3}, 'message'")
        result = self.run_tests(sandbox, "def f(x):\n    return x * 2", *tests)
        assert statuses(result) == [Status.OK, Status.ERROR, Status.OK, Status.OK, Status.OK]
        failed = result.results[1]
        assert (failed.left, failed.op, failed.right) == (4, "==", 5)
        assert failed.raised is not None
        assert failed.raised.type == "AssertionError"

    def test_large_arguments_to_a_program_that_floods_its_reply_pipe_hold_up_nobody(self, sandbox: Sandbox) -> None:
        source = "import os\ndef f(x):\n    while True:\n        os.write(3, bytes(4096))"
        result = self.run_tests(sandbox, source, "f(1)", "f([123456] * 30000)", limits=SHORT)
        assert not {Status.OK, Status.INFRA_ERROR} & set(statuses(result))

    def test_a_program_that_reads_requests_slowly_runs_out_of_time(self, sandbox: Sandbox) -> None:
        source = "import os, time\ndef f(x):\n    while True:\n        os.read(4, 64)\n        time.sleep(0.2)"
        slow = "import threading\n" + source + "\nthreading.Thread(target=f, args=(1,), daemon=True).start()\ng = f\nf = len"
        result = self.run_tests(sandbox, slow, "f([123456] * 60000)", limits=SHORT)
        assert statuses(result)[0] in (Status.TIMEOUT, Status.FORBIDDEN)

    def test_setup_of_the_tests_and_asserts_in_functions_work(self, sandbox: Sandbox) -> None:
        setup = (
            "import math\ndef check(candidate):\n    assert candidate(4) == 2\n    assert math.isclose(candidate(2), 1.4142135)"
        )
        result = self.run_tests(sandbox, "def f(x):\n    return x ** 0.5", "check(f)", setup=setup)
        assert statuses(result) == [Status.ERROR]  # 1.41421356... is not close to 1.4142135 at a relative 1e-9
        result = self.run_tests(sandbox, "def f(x):\n    return x ** 0.5 if x < 9 else 0", "assert f(9) == 3", setup=setup)
        assert (result.results[0].left, result.results[0].op, result.results[0].right) == (0, "==", 3)

    def test_changes_in_place_come_back(self, sandbox: Sandbox) -> None:
        source = "def f(a, d, s):\n    a.sort()\n    d['k'] = a\n    s.add(9)"
        test = "a, d, s = [2, 1], {}, set()\nassert f(a, d, s) is None\nassert (a, d, s) == ([1, 2], {'k': [1, 2]}, {9})"
        assert statuses(self.run_tests(sandbox, source, test)) == [Status.OK]

    def test_exceptions_of_the_program_reach_the_tests_as_builtins(self, sandbox: Sandbox) -> None:
        source = "class Bad(KeyError):\n    pass\ndef f(x):\n    raise Bad(x)"
        catch = "try:\n    f(1)\nexcept KeyError:\n    pass\nelse:\n    raise AssertionError"
        result = self.run_tests(sandbox, source, catch, "f(2)")
        assert statuses(result) == [Status.OK, Status.ERROR]
        raised = result.results[1].raised
        assert raised is not None
        assert (raised.type, raised.bases[0], raised.frames[0].line) == ("Bad", "KeyError", 4)

    def test_a_program_that_dies_ends_its_test_and_the_rest_is_not_run(self, sandbox: Sandbox) -> None:
        source = "import os\ndef f(x):\n    if x == 1:\n        os._exit(0)\n    while x == 2:\n        pass\n    return x"
        result = self.run_tests(sandbox, source, "assert f(0) == 0", "f(1)", "assert f(0) == 0")
        assert (result.status, statuses(result)) == (Status.FORBIDDEN, [Status.OK, Status.FORBIDDEN, Status.NOT_RUN])
        result = self.run_tests(sandbox, source, "assert f(0) == 0", "f(2)", "assert f(0) == 0", limits=SHORT)
        assert (result.status, statuses(result)) == (Status.TIMEOUT, [Status.OK, Status.TIMEOUT, Status.NOT_RUN])

    def test_faults_of_the_tests_are_errors_of_the_tests(self, sandbox: Sandbox) -> None:
        source = "def f(x):\n    return x"
        tests = ("assert f(1) == unknown", "assert f(1) ==", "raise SystemExit(0)", "assert f(1) == 1")
        result = self.run_tests(sandbox, source, *tests)
        assert statuses(result) == [Status.ERROR, Status.ERROR, Status.ERROR, Status.OK]
        assert [item.raised.type for item in result.results if item.raised] == ["NameError", "SyntaxError", "SystemExit"]
        result = self.run_tests(sandbox, source, "import os\nos._exit(0)", "assert f(1) == 1")
        assert statuses(result) == [Status.ERROR, Status.NOT_RUN]

    def test_a_broken_setup_of_the_tests_fails_every_test_and_says_why(self, sandbox: Sandbox) -> None:
        result = self.run_tests(sandbox, "def f(x):\n    return x", "f(1)", "f(2)", setup="import no_such_module")
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
        result = self.run_tests(sandbox, source, *tests, setup=setup)
        assert statuses(result) == [Status.OK] * 6 + [Status.ERROR]
        assert result.results[6].raised is not None
        assert result.results[6].raised.type == "AttributeError"

    def test_an_object_of_the_program_equals_itself_alone(self, sandbox: Sandbox) -> None:
        source = (
            "class Yes:\n    def __eq__(self, other):\n        return True\n    def __bool__(self):\n        return True\n"
            "    __hash__ = object.__hash__\ndef f(x):\n    return Yes()"
        )
        tests = ("y = f(1)\nassert y == y", "assert y == 1", "assert 1 == y", "assert y in [1, 2]", "assert y == f(1)")
        assert statuses(self.run_tests(sandbox, source, *tests)) == [Status.OK] + [Status.ERROR] * 4

    def test_names_of_the_tests_are_never_taken_from_the_program(self, sandbox: Sandbox) -> None:
        source = "def close(a, b):\n    return True\ndef len(x):\n    return 3\ndef f(x):\n    return 7"
        setup = "def close(a, b):\n    return abs(a - b) < 1e-6"
        result = self.run_tests(sandbox, source, "assert close(f(1), 1.0)", "assert len([1]) == 3", setup=setup)
        assert statuses(result) == [Status.ERROR, Status.ERROR]

    def test_an_object_that_the_program_returns_cannot_be_compared(self, sandbox: Sandbox) -> None:
        source = "class Yes:\n    def __eq__(self, other):\n        return True\ndef f(x):\n    return Yes()"
        for test in ("assert f(1) == 1", "assert f(1) != 1", "assert 1 in [f(1)]"):
            item = self.run_tests(sandbox, source, test).results[0]
            assert item.status is Status.ERROR
            assert item.raised is not None
            assert item.raised.type == "TypeError"

    # --- pool --------------------------------------------------------------------------------------------------------

    def test_many_programs_keep_their_order_and_a_slow_one_holds_up_no_other(self, sandbox: Sandbox) -> None:
        slow = Program("def f(x):\n    while True:\n        pass", entry_point="f", calls=calls(0), limits=SHORT)
        quick = [Program(f"def f(x):\n    return x + {i}", entry_point="f", calls=calls(i)) for i in range(12)]
        results = sandbox.run_many([slow, *quick])
        assert results[0].status is Status.TIMEOUT
        assert [result.results[0].value for result in results[1:]] == [2 * i for i in range(12)]

    def test_threads_may_share_it(self, sandbox: Sandbox) -> None:
        found: dict[int, object] = {}

        def work(i: int) -> None:
            found[i] = ask(sandbox, "def f(x):\n    return -x", i).results[0].value

        threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == {i: -i for i in range(8)}

    def test_bad_programs_are_refused_with_the_remedy(self, sandbox: Sandbox) -> None:
        with pytest.raises(ValueError, match="either calls or stdin or tests, got calls and stdin"):
            sandbox.run(Program("", entry_point="f", calls=calls(1), stdin=("",)))
        with pytest.raises(ValueError, match="entry_point must be a name"):
            sandbox.run(Program("", tests=("pass",)))

    def test_the_report_names_backend_level_and_measures(self, sandbox: Sandbox) -> None:
        report = sandbox.report()
        assert report.backend == self.backend
        assert report.level in ("strong", "weak", "none")
        assert {"pid_namespace", "private_tmpfs", "rlimits", "landlock", "seccomp", "no_network"} <= set(report.features)

    def test_it_leaves_no_file_descriptor_and_refuses_use_after_close(self) -> None:
        before = set(os.listdir("/proc/self/fd"))
        sandbox = make_sandbox(self.backend, workers=1)
        assert self.run_tests(sandbox, "def f(x):\n    return x", "assert f(1) == 1").status is Status.OK
        sandbox.close()
        sandbox.close()
        assert set(os.listdir("/proc/self/fd")) == before
        with pytest.raises(EnvClosed, match="make a new one"):
            sandbox.run(Program("f = abs", entry_point="f"))
