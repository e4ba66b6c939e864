"""Tests that never run what they define are refused; those that do are not."""

from __future__ import annotations

import ast

import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.tasks.base import AssertTest, Suite, Task
from rlvr_envs.tasks.format import check_task
from rlvr_envs.tasks.reach import reached_names


@pytest.mark.parametrize(
    "source",
    [
        "def test_f():\n    assert f(1) == 2",
        "def test_f():\n    assert f(1) == 2\nif __name__ == '__main__':\n    test_f()",
        "import unittest\nclass T(unittest.TestCase):\n    def test_f(self):\n        self.assertEqual(f(1), 2)",
        "async def t():\n    assert f(1) == 2\nt()",
        "lambda: f(1)",
        "def a():\n    assert f(1) == 2\ndef b():\n    a()",
    ],
)
def test_a_test_that_only_defines_what_would_use_the_entry_point_is_refused(source: str) -> None:
    assert "f" not in reached_names(ast.parse(source))
    with pytest.raises(TaskError, match="must use the entry point 'f' in code that it runs, not only in functions"):
        check_task(Task("t", "p", "f", Suite(hidden=(AssertTest(source),))))


@pytest.mark.parametrize(
    "source",
    [
        "assert f(1) == 2",
        "def test_f():\n    assert f(1) == 2\ntest_f()",
        "def b():\n    a()\ndef a():\n    assert f(1) == 2\nb()",
        "class T:\n    def run(self):\n        assert f(1) == 2\nT().run()",
        "class T:\n    value = f(1)",
        "import asyncio\nasync def t():\n    assert f(1) == 2\nasyncio.run(t())",
        "check = lambda x: f(x) == 2\nassert check(1)",
        "for x in range(3):\n    with open('a') as g:\n        assert f(x)",
        "@cases(1)\ndef t(x):\n    assert f(x)",
        "def t(x=f(1)):\n    pass",
        "assert all(map(lambda x: f(x) == 2, [1]))",
    ],
)
def test_a_test_that_runs_it_is_taken(source: str) -> None:
    check_task(Task("t", "p", "f", Suite(hidden=(AssertTest(source),))))
