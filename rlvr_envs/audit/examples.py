"""Pairs of input and expected answer, read from tests and from the examples in a prompt, without running anything."""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rlvr_envs.parsing.syntax import parse_python
from rlvr_envs.tasks.base import CallTest, StdioTest, Task, Test
from rlvr_envs.verifiers.evaluate import literal
from rlvr_envs.verifiers.work import Unsupported

_UNREADABLE: Final = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Example:
    """An input and the answer to it; of a program that reads stdin, ``args`` holds its input alone.

    ``args`` is None where the input is no plain literal (an object that the test makes), so only the answer is known.
    """

    args: tuple[Any, ...] | None
    expected: Any
    kwargs: Mapping[str, Any] = field(default_factory=dict)


def examples_of(tests: Iterable[Test], entry_point: str | None) -> list[Example]:
    """Returns what tests tell of inputs and answers, in order; a test of another form tells nothing."""
    found: list[Example] = []
    for test in tests:
        if isinstance(test, CallTest):
            found.append(Example(test.args, test.expected, test.kwargs))
        elif isinstance(test, StdioTest):
            found.append(Example((test.stdin,), test.stdout))
        else:
            found += _of_statement(test.source, entry_point or "")
    return found


def shown_examples(task: Task) -> list[Example]:
    """Returns the examples that a model is shown: those of the visible tests and ``>>>`` sessions in the prompt."""
    return [*examples_of(task.tests.visible, task.entry_point), *_of_prompt(task)]


def _of_statement(source: str, entry_point: str) -> Iterator[Example]:
    for statement in _parsed(source):
        if isinstance(statement, ast.Assert):
            yield from _of_condition(statement.test, entry_point)


def _of_condition(test: ast.expr, entry_point: str) -> Iterator[Example]:
    """Yields the example of a condition: ``f(..) == v`` either way round, ``f(..) is v``, ``f(..)`` and ``not f(..)``."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for part in test.values:
            yield from _of_condition(part, entry_point)
    elif isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Eq, ast.Is)):
        for call, value in ((test.left, test.comparators[0]), (test.comparators[0], test.left)):
            yield from _of_pair(call, value, entry_point)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _of_pair(test.operand, ast.Constant(False), entry_point)
    else:
        yield from _of_pair(test, ast.Constant(True), entry_point)


def _of_pair(call: ast.expr, value: ast.expr, entry_point: str) -> Iterator[Example]:
    if not (isinstance(call, ast.Call) and ast.unparse(call.func) == entry_point):
        return
    try:
        expected = literal(value)
    except Unsupported:
        return
    try:
        args = tuple(literal(argument) for argument in call.args)
        yield Example(args, expected, {str(word.arg): literal(word.value) for word in call.keywords if word.arg is not None})
    except Unsupported:
        yield Example(None, expected)


def _of_prompt(task: Task) -> Iterator[Example]:
    if task.entry_point is None:
        return
    for session in (session for text in _texts(task.prompt) for session in _sessions(text)):
        calls, values = _parsed(session.source), _parsed(session.want)
        if len(calls) == len(values) == 1 and isinstance(calls[0], ast.Expr) and isinstance(values[0], ast.Expr):
            yield from _of_pair(calls[0].value, values[0].value, task.entry_point)


def _texts(prompt: str) -> list[str]:
    """Returns the docstrings of a prompt that is code, else the prompt."""
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [node for statement in _parsed(prompt) for node in ast.walk(statement) if isinstance(node, definitions)]
    return [text for node in nodes if (text := ast.get_docstring(node)) is not None] or [prompt]


def _sessions(text: str) -> list[doctest.Example]:
    try:
        return doctest.DocTestParser().get_examples(text)
    except ValueError:  # it only looks like a session
        return []


def _parsed(source: str) -> list[ast.stmt]:
    try:
        return parse_python(source).body
    except _UNREADABLE:
        return []
