"""Whole programs that read stdin and print."""

from __future__ import annotations

import pytest

from rlvr_envs.sandbox.base import Program, Sandbox, Status
from tests.sandbox.contract.asking import SHORT, statuses

ADDING_MAIN = """
import sys
n = globals().get('n', 0) + 1
if __name__ == '__main__':
    print(sum(map(int, sys.stdin.read().split())), n)
"""


class StdinContract:
    """A part of the contract of every sandbox backend."""

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
