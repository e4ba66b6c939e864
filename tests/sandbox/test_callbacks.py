"""What programs can do with functions, iterators and objects of the tests, and what they cannot."""

from __future__ import annotations

import pytest

from rlvr_envs.sandbox.base import Program, RunResult, Sandbox, Status
from rlvr_envs.sandbox.limits import Limits

LONG = Limits(time_s=30, cpu_s=30)


@pytest.fixture(scope="module")
def sandbox(auto_sandbox: Sandbox) -> Sandbox:
    return auto_sandbox


def run(sandbox: Sandbox, source: str, *tests: str, limits: Limits = LONG) -> RunResult:
    return sandbox.run(Program(source, entry_point="f", tests=tests, limits=limits))


def statuses(result: RunResult) -> list[Status]:
    return [item.status for item in result.results]


def raised(result: RunResult) -> list[tuple[str, str]]:
    return [(item.raised.type, item.raised.message) if item.raised else ("", "") for item in result.results]


APPLY = "def f(function, *args, **kwargs):\n    return function(*args, **kwargs)\n"

MEMOIZE = """
import functools
def f(function):
    known = {}
    @functools.wraps(function)
    def inner(n):
        if n not in known:
            known[n] = function(n)
        return known[n]
    return inner
"""
CURRY = """
import inspect
def f(function):
    count = len(inspect.signature(function).parameters)
    def take(*args):
        return function(*args) if len(args) >= count else lambda *more: take(*args, *more)
    return take
"""
RETRY = """
def f(function, errors):
    for _ in range(5):
        try:
            return function()
        except errors:
            pass
"""
BUS = """
class Bus:
    def __init__(self):
        self.listeners = []
    def on(self, listener):
        self.listeners.append(listener)
    def off(self, listener):
        self.listeners.remove(listener)
    def emit(self, what):
        for listener in self.listeners:
            listener(what)
f = Bus
"""


SORTED = "def f(xs, key):\n    return sorted(xs, key=key)"

WRITTEN = {
    "a memoised function that calls itself": (
        MEMOIZE,
        "@f\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nassert fib(100) == 354224848179261915075",
    ),
    "a curried function": (CURRY, "assert f(lambda a, b, c: a + b * c)(1)(2)(3) == 7"),
    "a function that fails twice": (
        RETRY,
        "calls = []\ndef flaky():\n    calls.append(1)\n    if len(calls) < 3:\n        raise ValueError\n    return 5\n"
        "assert f(flaky, (ValueError,)) == 5",
    ),
    "a listener that is taken off": (
        BUS,
        "bus, seen = f(), []\nbus.on(seen.append)\nbus.emit(1)\nbus.off(seen.append)\nbus.emit(2)\nassert seen == [1]",
    ),
    "a listener that uses the program": (
        BUS,
        "bus, seen = f(), []\nbus.on(lambda other: other.on(seen.append) if len(seen) < 1 else None)\n"
        "bus.on(lambda other: seen.append(len(other.listeners)))\nbus.emit(bus)\nassert seen[0] == 3",
    ),
    "a key of objects of the tests": (
        SORTED,
        "class R:\n    def __init__(self, n):\n        self.n = n\na, b = R(1), R(2)\nassert f([b, a], lambda r: r.n) == [a, b]",
    ),
    "a method of a builtin class": (SORTED, "assert f(['b', 'Ab'], str.lower) == ['Ab', 'b']"),
    "a mock": (
        APPLY,
        "from unittest.mock import Mock\nmock = Mock(return_value=3)\nassert f(mock, 1, a=2) == 3\n"
        "mock.assert_called_once_with(1, a=2)",
    ),
    "a table of functions": (APPLY, "table = {'add': lambda a, b: a + b}\nassert f(lambda t: t['add'](1, 2), table) == 3"),
    "a list of the tests that their function changes": (
        APPLY,
        "rows = []\nf(lambda rows: rows.append(4), rows)\nassert rows == [4]",
    ),
    "a list of the program that a function of the tests changes": (
        "def f(visit):\n    seen = []\n    visit(seen)\n    return seen",
        "assert f(lambda seen: seen.append(4)) == [4]",
    ),
    "the keys of a dict": ("def f(items):\n    return sorted(items)", "assert f({'b': 1, 'a': 2}.keys()) == ['a', 'b']"),
    "a long iterator": ("def f(items):\n    return sum(items)", "assert f(iter(range(1000))) == 499500"),
    "the name of a function": ("def f(g):\n    return g.__name__", "def named():\n    pass\nassert f(named) == 'named'"),
}


@pytest.mark.parametrize(("source", "test"), WRITTEN.values(), ids=WRITTEN)
def test_what_people_write_works(sandbox: Sandbox, source: str, test: str) -> None:
    result = run(sandbox, source, test)
    assert (statuses(result), raised(result)) == ([Status.OK], [("", "")])


def test_what_the_standard_library_has_under_a_name_is_the_programs_own(sandbox: Sandbox) -> None:
    tests = (
        "assert f(int, '3') == 3 and f(len, [1, 2]) == 2",
        "import operator\nassert f(operator.add, 1, 2) == 3",
        "assert f(lambda x: x is int, int)",
        "from decimal import Decimal\nassert f(Decimal, '1.5') == Decimal('1.5')",
    )
    assert statuses(run(sandbox, APPLY, *tests)) == [Status.OK] * 4
    # Here or there: a program that brings its own takes nothing from the tests.
    patched = "import builtins\nbuiltins.eval = lambda text: 'mine'\ndef f(function, text):\n    return function(text)"
    assert statuses(run(sandbox, patched, "assert f(eval, '1 + 1') == 'mine'", "assert eval('1 + 1') == 2")) == [Status.OK] * 2


def test_a_program_learns_names_of_parameters_and_neither_defaults_nor_code(sandbox: Sandbox) -> None:
    source = (
        "import inspect\ndef f(function):\n    told = [str(inspect.signature(function))]\n"
        "    for name in ('__globals__', '__code__', '__closure__', '__defaults__', '__kwdefaults__', '__self__', '__doc__'):\n"
        "        told.append(str(getattr(function, name, None)))\n    return ' '.join(told)"
    )
    test = (
        "wanted = 4711\ndef own(a, b=4711, *rest, c, **more):\n    'wants 4711'\n    return wanted\n"
        "told = f(own)\nassert '(a, b=Ellipsis, *rest, c, **more)' in told and '4711' not in told"
    )
    assert statuses(run(sandbox, source, test)) == [Status.OK]


ASK = """
def f(function, *others):
    answers = []
    for kind in ('call', 'next', 'iter', 'describe'):
        try:
            answers.append(function._ask(kind, function._number + 1, ('1 + 1',) if kind == 'call' else (), {}))
        except Exception as error:
            answers.append(type(error).__name__)
    return answers
"""


@pytest.mark.parametrize(
    ("other", "answers"),
    [
        ("eval", ["TypeError"] * 4),  # the program has its own: that of the tests is not to be had
        ("object.__new__(type('Own', (), {'wanted': 3}))", ["TypeError"] * 4),
        ("iter([3])", ["TypeError", [3], "TypeError", "TypeError"]),
        ("type(f.__init__.__code__)", ["TypeError"] * 4),
    ],
)
def test_an_object_does_only_what_it_was_given_for(sandbox: Sandbox, other: str, answers: list[object]) -> None:
    result = run(sandbox, ASK, f"assert f(lambda: 1, {other}) == {answers!r}")
    assert (statuses(result), raised(result)) == ([Status.OK], [("", "")])


@pytest.mark.parametrize("kind", ["get", "eval", "__getattribute__"])
def test_nothing_else_can_be_asked_of_it(sandbox: Sandbox, kind: str) -> None:
    result = run(sandbox, f"def f(g):\n    return g._ask({kind!r}, 0, (), {{}})", "f(lambda: 1)", "assert f(lambda: 1) == 1")
    assert (result.status, statuses(result)) == (Status.FORBIDDEN, [Status.FORBIDDEN, Status.NOT_RUN])


def test_numbers_of_objects_that_were_not_given_mean_nothing(sandbox: Sandbox) -> None:
    source = "def f(g):\n    try:\n        return g._ask('call', 999, (), {})\n    except LookupError:\n        return 'none'"
    assert statuses(run(sandbox, source, "assert f(lambda: 1) == 'none'")) == [Status.OK]


def test_a_failed_assert_of_the_tests_counts_even_if_the_program_keeps_it_to_itself(sandbox: Sandbox) -> None:
    source = "def f(check, x):\n    try:\n        check(x)\n    except Exception:\n        pass"
    check = "def check(x):\n    assert x == 5\n"
    result = run(sandbox, source, f"{check}f(check, 5)", f"{check}f(check, 4)", "f(lambda x: 1 // 0, 4)", "assert 1 == 1")
    assert statuses(result) == [Status.OK, Status.ERROR, Status.OK, Status.OK]
    failed = result.results[1]
    assert (failed.raised and failed.raised.type, failed.left, failed.op, failed.right) == ("AssertionError", 4, "==", 5)
    passed = f"{check}try:\n    g(check, 4)\nexcept AssertionError:\n    pass"
    letting = "def f(check, x):\n    check(x)\n"
    assert statuses(run(sandbox, letting, passed.replace("g(", "f("))) == [Status.OK]


def test_an_exception_that_the_program_kept_is_still_that_of_the_tests_later(sandbox: Sandbox) -> None:
    source = (
        "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)\nclass Job:\n"
        "    def __init__(self, g):\n        self.future = pool.submit(g)\n        self.future.exception()\n"
        "    def result(self):\n        return self.future.result()\nf = Job"
    )
    own = "class Own(Exception):\n    pass\ndef bad():\n    raise Own('4711')\n"
    test = f"{own}job = f(bad)\nwith raises(Own, match='4711'):\n    job.result()"
    assert statuses(run(sandbox, source, test)) == [Status.OK]


def test_a_function_of_the_tests_ends_no_loop_of_the_tests(sandbox: Sandbox) -> None:
    tests = (
        "assert not [1 for _ in map(lambda x: f(iter([]).__next__), [1])]",
        "def stop():\n    raise StopIteration\nfor x in map(lambda x: f(stop), [1]):\n    assert x == 5",
    )
    assert [kind for kind, _ in raised(run(sandbox, APPLY, *tests))] == ["RuntimeError"] * 2


def test_leaving_is_the_tests_own_where_they_leave(sandbox: Sandbox) -> None:
    tests = ("import sys\nf(sys.exit, 3)", "f(lambda: exit())", "raise SystemExit", "import os\nf(os._exit, 0)")
    result = run(sandbox, APPLY, *tests)
    assert (result.status, statuses(result)) == (Status.OK, [Status.ERROR] * 4)


@pytest.mark.parametrize("leave", ["sys.exit(0)", "os._exit(0)"])
def test_a_program_may_leave_within_a_callback_and_that_is_forbidden(sandbox: Sandbox, leave: str) -> None:
    source = f"{APPLY}import os, sys\ndef leave():\n    {leave}\n"
    result = run(sandbox, source, "f(lambda: leave())", "assert 1 == 1")
    assert (result.status, statuses(result)) == (Status.FORBIDDEN, [Status.FORBIDDEN, Status.NOT_RUN])


def test_an_iterator_gives_ten_thousand_items_and_no_more(sandbox: Sandbox) -> None:
    source = (
        "def f(items):\n    n = 0\n    try:\n        for _ in items:\n            n += 1\n"
        "    except RuntimeError as error:\n        return n, str(error)"
    )
    test = "import itertools\nassert f(itertools.count()) == (10_000, 'an iterator of the tests gives at most 10000 items')"
    assert statuses(run(sandbox, source, test)) == [Status.OK]


TOO_MUCH = "arguments for functions of the tests are too large"
TOO_MUCH_BACK = "what functions of the tests return is too large"


@pytest.mark.parametrize(
    ("source", "test", "message"),
    [
        ("def f(g):\n    g()", "f(lambda: 'x' * 5_000_000)", TOO_MUCH_BACK),
        ("def f(g):\n    g('x' * 5_000_000)", "f(lambda x: 1)", TOO_MUCH),
        ("def f(g):\n    g([0] * 300_000)", "f(lambda x: 1)", TOO_MUCH),
        ("def f(g):\n    for _ in range(100):\n        g('x' * 500_000)", "f(lambda x: 1)", TOO_MUCH),
        ("def f(g):\n    for _ in range(100):\n        g()", "f(lambda: 'x' * 500_000)", TOO_MUCH_BACK),
    ],
)
def test_what_is_too_large_is_told(sandbox: Sandbox, source: str, test: str, message: str) -> None:
    result = run(sandbox, source, test, "assert 1 == 1")
    assert (result.status, raised(result)) == (Status.OK, [("RuntimeError", message), ("", "")])


def test_a_function_of_the_tests_may_be_called_from_deep_within_the_program(sandbox: Sandbox) -> None:
    source = (
        "def f(visit):\n    def down(n):\n        visit(n)\n        return n if n == 0 else down(n - 1)\n"
        "    try:\n        down(5000)\n    except RecursionError:\n        return down(900)\n"
    )
    assert statuses(run(sandbox, source, "assert f(lambda n: None) == 0", "assert f(lambda n: None) == 0")) == [Status.OK] * 2


def test_a_timer_of_the_program_that_runs_out_in_a_callback_raises_when_it_is_over(sandbox: Sandbox) -> None:
    source = (
        "import signal\ndef ring(*_):\n    raise TimeoutError\nsignal.signal(signal.SIGALRM, ring)\n"
        "def f(g):\n    signal.setitimer(signal.ITIMER_REAL, 0.01)\n    try:\n        g()\n"
        "    except TimeoutError:\n        return 'late'\n"
    )
    test = "import time\ndef slow():\n    time.sleep(0.1)\nassert f(slow) == 'late'"
    assert statuses(run(sandbox, source, test, test)) == [Status.OK] * 2


def test_threads_of_the_tests_may_use_the_program_at_the_same_time(sandbox: Sandbox) -> None:
    test = (
        "import threading\nfound = []\ndef use():\n    found.append(f(lambda x: x, 3))\n"
        "threads = [threading.Thread(target=use) for _ in range(8)]\n"
        "for t in threads: t.start()\nfor t in threads: t.join()\nassert found == [3] * 8"
    )
    assert statuses(run(sandbox, APPLY, test)) == [Status.OK]


def test_endless_functions_of_the_tests_run_into_the_time_limit(sandbox: Sandbox) -> None:
    test = "def loop():\n    while True: pass\nf(loop)"
    result = run(sandbox, APPLY, test, "assert 1 == 1", limits=Limits(time_s=0.5))
    assert result.status is Status.TIMEOUT
    assert Status.OK not in statuses(result)


def test_executed_lines_are_told_of_what_callbacks_call_too(sandbox: Sandbox) -> None:
    source = "def f(g):\n    return g(1)\ndef h(x):\n    return x\n"
    program = Program(source, entry_point="f", tests=("assert f(lambda x: h(x)) == 1",), trace_lines=True)
    assert sandbox.run(program).results[0].lines == (2, 4)
