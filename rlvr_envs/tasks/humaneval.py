"""HumanEval as published (Chen et al. 2021, arXiv:2107.03374): JSON lines with ``check(candidate)`` as the test.

``check`` is taken apart: each statement that asserts is a test of its own, so the share of tests passed is a dense reward; a
loop that asserts is one test.  Statements that do not assert run before the tests that follow them, as in the original.  Where
the test draws random inputs, the generator is seeded first, so that judging the same answer twice gives the same result.

All tests are hidden: the examples of the docstring are in the prompt.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from os import PathLike
from typing import Any, Final

from rlvr_envs.errors import TaskError
from rlvr_envs.tasks.base import AssertTest, Suite, Task
from rlvr_envs.tasks.files import read_each, text_field
from rlvr_envs.tasks.format import check_task
from rlvr_envs.tasks.syntax import parse_python

_COMPOUND: Final = (ast.For, ast.While, ast.If, ast.With, ast.Try, ast.FunctionDef, ast.ClassDef)
_SEED: Final = "import random\nrandom.seed(0)"


def read_humaneval(path: str | PathLike[str]) -> tuple[Task, ...]:
    """Reads the data set.

    Raises:
        TaskError: A row is not as published.
        OSError: The file cannot be read.
    """
    return tuple(task for _, _, task in read_each(path, _task))


def _task(row: dict[str, Any]) -> Task:
    names = ("task_id", "prompt", "entry_point", "canonical_solution", "test")
    task_id, prompt, entry_point, canonical_solution, test = (text_field(row, name) for name in names)
    setup = before_function(prompt, entry_point)
    parts = split_check(test, entry_point)
    task = Task(
        task_id=task_id,
        prompt=prompt,
        entry_point=entry_point,
        tests=Suite(hidden=tuple(AssertTest(source) for source in parts.tests)),
        setup=setup,
        # Tests call helpers that the prompt defines: they get these from the prompt and not from the answer.
        test_setup="\n".join(part for part in (setup, parts.setup) if part),
        reference=prompt + canonical_solution,
        metadata={"dataset": "humaneval"},
    )
    check_task(task)
    return task


def before_function(prompt: str, entry_point: str) -> str:
    """Returns the prompt's code before the function to write: imports and helpers.

    Raises:
        TaskError: The prompt does not define the function.
    """
    for node in parse_python(prompt, "prompt").body:
        if isinstance(node, ast.FunctionDef) and node.name == entry_point:
            return "\n".join(prompt.split("\n")[: node.lineno - 1]).strip()
    raise TaskError(rule=f"must define {entry_point!r}", field="prompt", value=prompt)


@dataclass(frozen=True)
class CheckParts:
    """A ``check`` function taken apart: code to run first, then tests, each complete in itself after that code."""

    setup: str
    tests: tuple[str, ...]


def split_check(test: str, entry_point: str) -> CheckParts:
    """Takes ``check(candidate)`` apart; ``candidate`` becomes the entry point's name.

    Raises:
        TaskError: There is no such function, or it tests nothing.
    """
    module = parse_python(test, "test")
    check = next((node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "check"), None)
    if check is None or len(check.args.args) != 1:
        raise TaskError(rule="must define check(candidate)", field="test", value=test)
    candidate = check.args.args[0].arg
    setup = [_SEED] if _imports_random(module) else []
    setup += [_text(test, node) for node in module.body if node is not check]
    prelude: list[str] = []  # what later tests need and setup may not hold, as it comes after a test or calls the candidate
    tests: list[str] = []
    pending = False
    for node in check.body:
        source = _rename(_text(test, node), candidate, entry_point)
        calls = _mentions(node, candidate)
        if isinstance(node, ast.Assert) and not _mentions_any(node):
            continue  # `assert True, "..."`: says nothing of the program, so it would be a share of tests for nothing
        if _is_test(node, calls=calls):
            tests.append("\n".join((*prelude, source)))
            pending = False
        elif calls or prelude or tests:
            prelude.append(source)
            pending = pending or calls
        else:
            setup.append(source)
    if pending:  # a last call that nothing looks at must still not raise
        tests.append("\n".join(prelude))
    if not tests:
        raise TaskError(rule="check must assert something", field="test", value=test)
    return CheckParts("\n".join(setup), tuple(tests))


def _mentions_any(node: ast.Assert) -> bool:
    return any(isinstance(part, ast.Name) for part in ast.walk(node.test))


def _is_test(node: ast.stmt, *, calls: bool) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.AugAssign)):
        return False
    return calls or any(isinstance(inner, (ast.Assert, ast.Raise)) for inner in ast.walk(node))


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))


def _imports_random(module: ast.Module) -> bool:
    imports = [node for node in ast.walk(module) if isinstance(node, (ast.Import, ast.ImportFrom))]
    return any("random" in (getattr(node, "module", None), *(alias.name for alias in node.names)) for node in imports)


def _text(source: str, node: ast.stmt) -> str:
    """Returns the source of a statement of an indented block, as it stands at the left margin."""
    segment = None if isinstance(node, _COMPOUND) else ast.get_source_segment(source, node)
    # Moving a block to the left could change texts of several lines in it; unparse keeps their values.
    return segment if segment is not None else ast.unparse(node)


def _rename(source: str, old: str, new: str) -> str:
    """Returns ``source`` with the variable ``old`` renamed; texts and attributes of that name stay."""
    lines = [line.encode() for line in source.split("\n")]
    places = [node for node in ast.walk(parse_python(source, "test")) if isinstance(node, ast.Name) and node.id == old]
    for node in sorted(places, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        line, start, end = lines[node.lineno - 1], node.col_offset, node.end_col_offset
        if line[start:end] != old.encode():  # inside an f-string, before Python 3.12
            raise TaskError(rule=f"must not use {old!r} where its place is unknown", field="test", value=source)
        lines[node.lineno - 1] = line[:start] + new.encode() + line[end:]
    return b"\n".join(lines).decode()
