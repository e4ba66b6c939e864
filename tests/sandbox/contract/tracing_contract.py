"""What is told of where a program is: executed lines on request, and the place at a time-out."""

from __future__ import annotations

import pytest

from rlvr_envs.sandbox.base import Program, Sandbox, Status
from rlvr_envs.sandbox.guest.values import digest
from tests.sandbox.contract.asking import SHORT, ask, calls, statuses


class TracingContract:
    """A part of the contract of every sandbox backend."""

    def test_the_lines_that_a_call_executed_are_told_on_request(self, sandbox: Sandbox) -> None:
        source = "def f(x):\n    if x == 1:\n        return g(x)\n    return x\n\ndef g(x):\n    return [\n        x\n    ]\n"
        asked = Program(source, entry_point="f", calls=calls(1, 2, 1), trace_calls=frozenset({0, 1}), trace_lines=True)
        result = sandbox.run(asked)
        assert statuses(result) == [Status.OK] * 3
        assert [item.value for item in result.results] == [[1], 2, [1]]
        assert {2, 3, 7} <= set(result.results[0].lines) <= {2, 3, 7, 8}
        assert result.results[1].lines == (2, 4)
        assert result.results[2].lines == result.results[0].lines  # what is told of is not what is traced
        assert ask(sandbox, source, 1).results[0].lines == ()

    def test_the_lines_of_a_main_program_and_of_test_statements_are_told_too(self, sandbox: Sandbox) -> None:
        main = sandbox.run(Program("x = int(input())\nif x:\n    print(x)\n", stdin=("0", "1"), trace_lines=True))
        assert [item.lines for item in main.results] == [(1, 2), (1, 2, 3)]
        source = "def f(x):\n    if x:\n        return 1\n    return 2\n"
        tests = ("assert f(0) == 2", "for x in (0, 1):\n    f(x)")
        result = sandbox.run(Program(source, entry_point="f", tests=tests, trace_lines=True))
        assert [item.lines for item in result.results] == [(2, 4), (2, 3, 4)]

    def test_the_values_that_lines_make_are_told_on_request(self, sandbox: Sandbox) -> None:
        source = "def f(x):\n    y = x + 1\n    for z in {'a', 'b'} if y > 2 else ():\n        y += len(z)\n    return f'{y}'\n"
        result = sandbox.run(Program(source, entry_point="f", calls=calls(1, 2), trace_values=True))
        assert [item.value for item in result.results] == ["2", "5"]
        first, second = (item.values for item in result.results)
        assert [line for line, _ in first] == [2, 3, 3, 3, 5]  # x + 1; y > 2, () and the choice between them; the text
        assert first[0] == (2, digest(2))
        assert first[-1] == (5, digest("2"))
        # Of each turn: z; then z as an argument, len(z), and y.
        assert [line for line, _ in second] == [2, 3, 3, 3, *[3, 4, 4, 4] * 2, 5]
        assert second[3] == (3, digest({"b", "a"}))
        assert [item.lines for item in result.results] == [(), ()]
        main = sandbox.run(Program("x = int(input())\nprint(x)\n", stdin=("3",), trace_values=True))
        assert [line for line, _ in main.results[0].values][-1] == 2

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
