"""What every backend must do with functions, iterators and objects that tests give to the program."""

from __future__ import annotations

from rlvr_envs.sandbox.base import Program, RunResult, Sandbox, Status
from rlvr_envs.sandbox.limits import Limits

PROGRAM = """
import json, os, struct, threading

def f(function, *args):
    return function(*args)

def pairs(items):
    for item in items:
        yield item, next(items, None)

def told(function):
    try:
        function()
    except Exception as error:
        return type(error).__name__, error.args

class Button:
    def __init__(self, on_click):
        self.on_click = on_click
    def click(self):
        self.on_click('click')

def in_threads(function, items):
    found = {}
    threads = [threading.Thread(target=lambda x=x: found.update({x: function(x)})) for x in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found

refusals = []
def refused():
    return refusals

def goes_on(function):
    threading.Thread(target=until_refused, args=(function,)).start()

def until_refused(function):
    while not refusals:
        try:
            function(1)
        except BaseException as error:
            refusals.append(type(error).__name__)

def forge(request, number):
    body = json.dumps(['callback', request, 'call', number, ['tuple', 7], ['dict']]).encode()
    os.write(3, struct.pack('>I', len(body)) + body)
"""


class CallbacksContract:
    """Inherited by the contract of sandboxes."""

    def run_callbacks(self, sandbox: Sandbox, *tests: str, limits: Limits = Limits(time_s=20, cpu_s=20)) -> RunResult:
        return sandbox.run(Program(PROGRAM, entry_point="f", tests=tests, limits=limits))

    def assert_all_hold(self, sandbox: Sandbox, *tests: str) -> None:
        result = self.run_callbacks(sandbox, *tests)
        assert result.status is Status.OK
        assert [(item.status, item.raised) for item in result.results] == [(Status.OK, None)] * len(tests)

    def test_programs_call_functions_and_walk_iterators_of_the_tests(self, sandbox: Sandbox) -> None:
        self.assert_all_hold(
            sandbox,
            "assert f(lambda x: x + 1, 3) == 4",
            "seen = []\nButton(on_click=seen.append).click()\nassert seen == ['click']",
            "import itertools\nstream = pairs(itertools.count())\nassert [next(stream), next(stream)] == [(0, 1), (2, 3)]",
            "assert list(pairs(x for x in 'abc')) == [('a', 'b'), ('c', None)]",
            "assert in_threads(lambda x: x * x, [1, 2, 3]) == {1: 1, 2: 4, 3: 9}",
        )

    def test_an_object_given_back_is_the_same_object(self, sandbox: Sandbox) -> None:
        self.assert_all_hold(
            sandbox,
            "class Own: pass\nown = Own()\nassert f(lambda: own) is own and f(lambda x: x is own, own)",
            "g = lambda: 1\nassert f(lambda *all: list(all), g, [g]) == [g, [g]]",
            "seen = []\nbutton = Button(seen.append)\nbutton.click()\nbutton.click()\nassert seen == ['click', 'click']",
        )

    def test_an_exception_passes_through_the_program_and_tells_it_the_builtin_type_alone(self, sandbox: Sandbox) -> None:
        bad = "def bad():\n    raise KeyError('wanted 42')\n"
        own = "class Own(LookupError):\n    pass\ndef own():\n    raise Own('wanted 42')\n"
        self.assert_all_hold(
            sandbox,
            f"{bad}with raises(KeyError, match='wanted 42'):\n    f(bad)",
            f"{own}with raises(Own, match='wanted 42'):\n    f(own)",
            f"{bad}assert told(bad) == ('KeyError', ())",
            f"{own}assert told(own) == ('LookupError', ())",
        )

    def test_program_and_tests_may_call_each_other_to_a_bound(self, sandbox: Sandbox) -> None:
        tests = (
            "down = lambda n: 0 if n == 0 else 1 + f(down, n - 1)\nassert down(100) == 100",
            "endless = lambda: f(endless)\nwith raises(RecursionError):\n    endless()",
            "assert f(lambda: 5) == 5",
        )
        self.assert_all_hold(sandbox, *tests)

    def test_a_function_is_not_called_when_nobody_waits_for_the_program(self, sandbox: Sandbox) -> None:
        test = (
            "import time\ngoes_on(lambda x: x)\nwhile not refused():\n    time.sleep(0.01)\nassert refused() == ['RuntimeError']"
        )
        self.assert_all_hold(sandbox, test, "assert f(lambda: 1) == 1")

    def test_a_callback_outside_of_its_request_is_forged(self, sandbox: Sandbox) -> None:
        replay = "seen = []\nf(seen.append, 1)\nforge({request}, 0)\nassert seen == [1]"
        for request in (0, 999):
            result = self.run_callbacks(sandbox, replay.format(request=request), "assert f(lambda: 1) == 1")
            assert result.status is Status.FORBIDDEN
            assert [item.status for item in result.results] == [Status.FORBIDDEN, Status.NOT_RUN]

    def test_a_million_callbacks_end_in_a_verdict(self, sandbox: Sandbox) -> None:
        source = (
            "def f(g):\n    for i in range(10 ** 6):\n        try:\n            g(i)\n"
            "        except RuntimeError:\n            pass"
        )
        program = Program(source, entry_point="f", tests=("f(lambda x: x)", "assert 1 == 1"), limits=Limits(time_s=1.5))
        result = sandbox.run(program)
        assert result.status is Status.TIMEOUT
        assert [item.status for item in result.results] == [Status.TIMEOUT, Status.NOT_RUN]
