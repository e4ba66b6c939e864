"""Task to plain JSON data and back, with every rule of the task format checked (docs/tasks.md).

Guaranteed: ``task_from_dict(task_to_dict(task))`` equals ``task`` (with values of exact plain types); a row that breaks a rule
is a :class:`~rlvr_envs.errors.TaskError` that names file, line, field, rule and value.  Nothing in a task is run here: code is
only parsed.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Collection, Mapping
from typing import Any, Final

from rlvr_envs._naming import aside
from rlvr_envs.errors import MISSING, TaskError
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import STDOUT_COMPARISONS, VALUE_COMPARISONS, AssertTest, CallTest, StdioTest, Suite, Task, Test
from rlvr_envs.tasks.comparisons import parse_comparison
from rlvr_envs.tasks.difficulty import is_difficulty
from rlvr_envs.tasks.reach import reached_names
from rlvr_envs.tasks.returnable import check_returnable
from rlvr_envs.tasks.syntax import parse_python
from rlvr_envs.tasks.values import decode, encode

KINDS: Final = ("visible", "hidden", "audit")
_TASK_FIELDS: Final = (
    "task_id",
    "prompt",
    "entry_point",
    "tests",
    "setup",
    "test_setup",
    "reference",
    "limits",
    "comparison",
    "checker",
    "metadata",
)
_CALL_FIELDS: Final = ("args", "kwargs", "expected")
_STDIO_FIELDS: Final = ("stdin", "stdout")
_FORMS: Final = 'an assert statement as text, {"args", "kwargs", "expected"} or {"stdin", "stdout"}'


def task_from_dict(data: Mapping[str, Any], *, file: str = "", line: int = 0) -> Task:
    """Returns the task that a row describes.

    Args:
        data: A row of the task format, as JSON data.
        file: Where the row came from, for errors.
        line: Its 1-based line there, 0 when unknown.

    Raises:
        TaskError: The row breaks the format.
    """
    try:
        task = _read_task(data)
        check_task(task)
    except TaskError as error:
        raise error.at(file, line) from None
    return task


def task_to_dict(task: Task) -> dict[str, Any]:
    """Returns the task as JSON data; optional fields that hold their default are left out.

    Raises:
        TaskError: A value has a type that the notation of :mod:`rlvr_envs.tasks.values` lacks.
    """
    data: dict[str, Any] = {
        "task_id": task.task_id,
        "prompt": task.prompt,
        "entry_point": task.entry_point,
        "tests": {
            kind: [_write_test(test, f"tests.{kind}[{i}]") for i, test in enumerate(getattr(task.tests, kind))]
            for kind in KINDS
            if getattr(task.tests, kind)
        },
        "comparison": task.comparison,
    }
    optional = {"setup": task.setup, "test_setup": task.test_setup, "reference": task.reference, "checker": task.checker}
    data.update({name: value for name, value in optional.items() if value not in ("", None)})
    if task.limits != Limits():
        data["limits"] = {name: value for name, value in vars(task.limits).items() if value != getattr(Limits(), name)}
    if task.metadata:
        data["metadata"] = encode(dict(task.metadata), "metadata")
    return data


def check_task(task: Task) -> None:
    """Checks the rules that hold between the fields of a task, however it was made.

    Raises:
        TaskError: A rule is broken; ``field`` and ``rule`` say which.
    """
    _require(bool(task.task_id.strip()), "must not be empty", "task_id", task.task_id)
    _require(bool(task.prompt.strip()), "must not be empty", "prompt", task.prompt)
    stdio = task.entry_point is None
    if task.entry_point is not None:
        rule = "must be a (dotted) Python name, or null for a program that reads stdin"
        _require(all(map(_is_name, task.entry_point.split("."))), rule, "entry_point", task.entry_point)
    known = STDOUT_COMPARISONS if stdio else VALUE_COMPARISONS
    try:
        parse_comparison(task.comparison, known)
    except ValueError as error:
        rule = f"{error}, as the task has {'no' if stdio else 'an'} entry point"
        raise TaskError(rule=rule, field="comparison", value=task.comparison) from None
    deciding = bool(task.tests.visible or task.tests.hidden)
    _require(deciding, "must hold a visible or hidden test, or nothing could be solved", "tests", {})
    for kind in KINDS:
        for i, test in enumerate(getattr(task.tests, kind)):
            _check_test(test, f"tests.{kind}[{i}]", root=None if task.entry_point is None else task.entry_point.split(".")[0])
            if isinstance(test, CallTest) and not task.checker:
                check_returnable(test.expected, task.limits, f"tests.{kind}[{i}].expected")
    for name in ("setup", "test_setup", "reference"):
        parse_python(getattr(task, name) or "", name)
    if task.checker:
        _check_checker(task)
    difficulty = task.metadata.get("difficulty", MISSING)
    rule = "must be a number in [0, 1], by which difficulty= chooses tasks; call it otherwise if it is something else"
    _require(difficulty is MISSING or is_difficulty(difficulty), rule, "metadata.difficulty", difficulty)


def _require(holds: bool, rule: str, field: str, value: object) -> None:
    if not holds:
        raise TaskError(rule=rule, field=field, value=value)


def _is_name(text: object) -> bool:
    return isinstance(text, str) and text.isidentifier() and not keyword.iskeyword(text)


def _check_test(test: Test, field: str, *, root: str | None) -> None:
    if root is None:
        rule = 'must be {"stdin", "stdout"}, as entry_point is null'
        _require(isinstance(test, StdioTest), rule, field, test)
        return
    _require(not isinstance(test, StdioTest), "needs entry_point null: the program is run as a whole", field, test)
    if isinstance(test, AssertTest):
        _require(bool(test.source.strip()), "must not be empty", field, test.source)
        tree = parse_python(test.source, field)
        rule = f"must use the entry point {root!r}, or any program would pass it"
        if any(isinstance(node, ast.Name) and node.id == root for node in ast.walk(tree)):
            rule = f"must use the entry point {root!r} in code that it runs, not only in functions and classes that it defines"
        _require(root in reached_names(tree), rule, field, test.source)
        for node in ast.walk(tree):
            forgotten = isinstance(node, ast.Expr) and isinstance(node.value, (ast.Compare, ast.BoolOp))
            _require(not forgotten, "must not compare without `assert`: its value is dropped", field, test.source)
            always = isinstance(node, ast.Assert) and isinstance(node.test, ast.Tuple)
            _require(not always, "must not assert a tuple, which is always true", field, test.source)
    if isinstance(test, CallTest):
        _require(all(map(_is_name, test.kwargs)), "must have Python names as keys", f"{field}.kwargs", test.kwargs)


def _check_checker(task: Task) -> None:
    defined = [node for node in parse_python(task.checker, "checker").body if isinstance(node, ast.FunctionDef)]
    takes_three = [node for node in defined if node.name == "check" and len(node.args.posonlyargs + node.args.args) == 3]
    _require(bool(takes_three), "must define check(input, output, reference)", "checker", task.checker)
    asked = [test for test in task.tests if not isinstance(test, AssertTest)]
    _require(bool(asked), "needs a test that is no assert statement, or it would never be asked", "checker", task.checker)
    with_names = [test for test in asked if isinstance(test, CallTest) and test.kwargs]
    _require(not with_names, "needs tests without kwargs: its input is the tuple of arguments", "checker", task.checker)


def _mapping(data: Any, field: str, known: Collection[str] | None = None) -> dict[str, Any]:
    """Returns ``data``, which must be a mapping with string keys, all of them among ``known``."""
    _require(isinstance(data, Mapping), "must be an object", field, data)
    for key in data:
        _require(isinstance(key, str), "must have text as keys", field, key)
        if known is not None and key not in known:
            place = f"{field}.{key}" if field else key
            rule = f"unknown field{aside(key, known)}; known: {', '.join(known)}"
            raise TaskError(rule=rule, field=place, value=data[key])
    return dict(data)


def _text(data: Mapping[str, Any], name: str, field: str = "", default: str | None = None) -> str:
    place = f"{field}.{name}" if field else name
    if default is None:
        _require(name in data, "is missing", place, MISSING)
    value = data.get(name, default)
    _require(isinstance(value, str), "must be text", place, value)
    return str(value)


def _read_task(data: Mapping[str, Any]) -> Task:
    row = _mapping(data, "", _TASK_FIELDS)
    entry_point = row.get("entry_point")
    _require("entry_point" in row, "is missing (write null for a program that reads stdin)", "entry_point", MISSING)
    _require(entry_point is None or isinstance(entry_point, str), "must be text or null", "entry_point", entry_point)
    _require("tests" in row, "is missing", "tests", MISSING)
    tests = _mapping(row["tests"], "tests", KINDS)
    reference = row.get("reference")
    _require(reference is None or isinstance(reference, str), "must be text or null", "reference", reference)
    metadata = decode(row.get("metadata", {}), "metadata")
    return Task(
        task_id=_text(row, "task_id"),
        prompt=_text(row, "prompt"),
        entry_point=entry_point,
        tests=Suite(**{kind: _read_tests(tests.get(kind, []), f"tests.{kind}") for kind in KINDS}),
        setup=_text(row, "setup", default=""),
        test_setup=_text(row, "test_setup", default=""),
        reference=reference,
        limits=Limits().replace(_mapping(row.get("limits", {}), "limits")),
        comparison=_text(row, "comparison", default=""),
        checker=_text(row, "checker", default=""),
        metadata=_mapping(metadata, "metadata"),
    )


def _read_tests(data: Any, field: str) -> tuple[Test, ...]:
    _require(isinstance(data, (list, tuple)), "must be a list of tests", field, data)
    return tuple(_read_test(item, f"{field}[{i}]") for i, item in enumerate(data))


def _read_test(data: Any, field: str) -> Test:
    if isinstance(data, str):
        return AssertTest(data)
    _require(isinstance(data, Mapping), f"must be {_FORMS}", field, data)
    call, stdio = ([name for name in names if name in data] for names in (_CALL_FIELDS, _STDIO_FIELDS))
    _require(bool(call) != bool(stdio), f"must have exactly one form: {_FORMS}", field, data)
    row = _mapping(data, field, _CALL_FIELDS if call else _STDIO_FIELDS)
    if stdio:
        return StdioTest(stdin=_text(row, "stdin", field), stdout=_text(row, "stdout", field))
    _require("expected" in row, "is missing", f"{field}.expected", MISSING)
    args, kwargs = row.get("args", []), row.get("kwargs", {})
    _require(isinstance(args, (list, tuple)), "must be a list", f"{field}.args", args)
    return CallTest(
        args=tuple(decode(list(args), f"{field}.args")),
        expected=decode(row["expected"], f"{field}.expected"),
        kwargs=decode(_mapping(kwargs, f"{field}.kwargs"), f"{field}.kwargs"),
    )


def _write_test(test: Test, field: str) -> Any:
    if isinstance(test, AssertTest):
        return test.source
    if isinstance(test, StdioTest):
        return {"stdin": test.stdin, "stdout": test.stdout}
    row = {"args": encode(list(test.args), f"{field}.args"), "expected": encode(test.expected, f"{field}.expected")}
    return {**row, "kwargs": encode(dict(test.kwargs), f"{field}.kwargs")} if test.kwargs else row
