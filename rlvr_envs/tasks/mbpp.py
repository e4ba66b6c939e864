"""MBPP as published (Austin et al. 2021, arXiv:2108.07732): the full set (JSON lines) and the sanitized one (a JSON array).

All tests of ``test_list`` are hidden tests, so that solved means what it means elsewhere: all of them pass.  The first one is
visible as well, since no prompt names the function.  Challenge tests are audit tests.
"""

from __future__ import annotations

import ast
from os import PathLike
from typing import Any

from rlvr_envs.errors import MISSING, TaskError
from rlvr_envs.tasks.base import AssertTest, Suite, Task
from rlvr_envs.tasks.files import read_each, text_field
from rlvr_envs.tasks.format import check_task
from rlvr_envs.tasks.syntax import parse_python


def read_mbpp(path: str | PathLike[str]) -> tuple[Task, ...]:
    """Reads the data set; the fields tell which of the two formats it is.

    Raises:
        TaskError: A row is not as published.
        OSError: The file cannot be read.
    """
    return tuple(task for _, _, task in read_each(path, _task))


def _task(row: dict[str, Any]) -> Task:
    number = row.get("task_id", MISSING)
    if type(number) is not int:
        raise TaskError(rule="is missing" if number is MISSING else "must be an integer", field="task_id", value=number)
    code = text_field(row, "code")
    tests = [AssertTest(test) for test in _texts(row, "test_list")]
    if not tests:
        raise TaskError(rule="must hold a test", field="test_list", value=[])
    setup = text_field(row, "test_setup_code", default="")
    task = Task(
        task_id=f"MBPP/{number}",
        prompt=text_field(row, "text" if "text" in row else "prompt"),
        entry_point=find_entry_point(code, [test.source for test in tests]),
        tests=Suite(
            visible=tuple(tests[:1]),
            hidden=tuple(tests),
            audit=tuple(AssertTest(test) for test in _texts(row, "challenge_test_list", required=False)),
        ),
        test_setup="\n".join((*_texts(row, "test_imports", required=False), setup)).strip(),
        reference=code,
        metadata={"dataset": "mbpp"},
    )
    check_task(task)
    return task


def find_entry_point(code: str, tests: list[str]) -> str:
    """Returns the function of ``code`` that every test calls; of several, the last defined (helpers come first).

    Raises:
        TaskError: There is none, or something does not parse.
    """
    functions = [node.name for node in parse_python(code, "code").body if isinstance(node, ast.FunctionDef)]
    called = [_called_names(test) for test in tests]
    found = [name for name in functions if all(name in names for names in called)]
    if not found:
        raise TaskError(rule=f"every test must call one of the functions {functions}", field="test_list", value=tests)
    return found[-1]


def _called_names(test: str) -> set[str]:
    calls = (node.func for node in ast.walk(parse_python(test, "test_list")) if isinstance(node, ast.Call))
    return {func.id for func in calls if isinstance(func, ast.Name)}


def _texts(row: dict[str, Any], name: str, *, required: bool = True) -> tuple[str, ...]:
    value = row.get(name, MISSING if required else [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TaskError(rule="is missing" if value is MISSING else "must be a list of texts", field=name, value=value)
    return tuple(item.replace("\r\n", "\n") for item in value)
