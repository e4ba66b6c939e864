"""Answers that know nothing of a task: stubs, constants, and the table of the examples that were shown.

Each is a program.  One that passes shows that the task's tests pay for nothing.
"""

from __future__ import annotations

import ast
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rlvr_envs.audit.examples import Example, examples_of, shown_examples
from rlvr_envs.parsing.syntax import parse_python
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.literals import SPECIAL_FLOATS, as_source

#: Constants that are tried on every task, beside the answers that its own tests expect.
CONSTANTS: Final[tuple[Any, ...]] = (None, True, False, 0, 1, -1, "", [], {}, (), 0.0)
#: Of a task's own expected answers, the most frequent ones are tried.
MAX_EXPECTED: Final = 12
_MAX_CHARS: Final = 20_000
_METHODS: Final = """\
class {name}:
    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        def method(*args, **kwargs):
{body}
        return method
"""


@dataclass(frozen=True)
class Answer:
    """A program and what to call it: ``kind`` is ``"stub"``, ``"constant"`` or ``"lookup"``."""

    kind: str
    name: str
    source: str


def stubs(task: Task) -> list[Answer]:
    """Returns programs that do nothing, or nothing but hand an argument back."""
    if task.entry_point is None:
        bodies = {"prints nothing": "pass", "prints its input": "import sys\nprint(sys.stdin.read(), end='')"}
        return [Answer("stub", name, f"{body}\n") for name, body in bodies.items()]
    bodies = {
        "pass": "pass",
        "raise NotImplementedError": "raise NotImplementedError",
        "return its first argument": "return args[0] if args else next(iter(kwargs.values()))",
        "return its last argument": "return list(kwargs.values())[-1] if kwargs else args[-1]",
    }
    programs = [Answer("stub", name, program_with(task, body)) for name, body in bodies.items()]
    return [Answer("stub", "defines nothing", "pass\n"), *programs]


def constants(task: Task) -> list[Answer]:
    """Returns programs that give one value whatever they are asked: :data:`CONSTANTS` and what the task's tests expect."""
    goals = task.tests.hidden or task.tests.visible
    expected = Counter(as_source(example.expected) for example in examples_of(goals, task.entry_point))
    frequent = [text for text, _ in expected.most_common(MAX_EXPECTED) if len(text) <= _MAX_CHARS]
    if task.entry_point is None:
        return [Answer("constant", text, f"print({text}, end='')\n") for text in frequent]
    texts = dict.fromkeys([*map(as_source, CONSTANTS), *frequent])
    return [Answer("constant", text, program_with(task, f"return {text}")) for text in texts]


def lookup(task: Task, default: str = "None") -> Answer | None:
    """Returns the program that looks its input up among the examples that the task shows; None when it shows none.

    Args:
        task: The task.
        default: Source of what it gives for any other input.
    """
    shown = [example for example in shown_examples(task) if example.args is not None]
    if not shown:
        return None
    name = "examples" if default == "None" else f"examples, else {default}"
    if task.entry_point is None:
        table = _table((example.args[0], example.expected) for example in shown if example.args)
        default = "''" if default == "None" else default
        return Answer("lookup", name, f"import sys\nTABLE = {table}\nprint(TABLE.get(sys.stdin.read(), {default}), end='')\n")
    table = _table((repr(_key(example)), example.expected) for example in shown)
    head = f"TABLE = {table}\n"
    return Answer("lookup", name, head + program_with(task, f"return TABLE.get(repr((args, kwargs)), {default})"))


def program_with(task: Task, body: str) -> str:
    """Returns a program whose entry point takes any arguments and has this body; of a class, every method has it."""
    root, *path = str(task.entry_point).split(".")
    if not path and _is_class(task, root):
        return SPECIAL_FLOATS + _METHODS.format(name=root, body=textwrap.indent(body, " " * 12))
    lines = [f"def {[root, *path][-1]}(*args, **kwargs):", textwrap.indent(body, "    ")]
    for depth, owner in enumerate(reversed([root, *path][:-1])):
        inner = ["@staticmethod", *lines] if depth == 0 else lines
        lines = [f"class {owner}:", textwrap.indent("\n".join(inner), "    ")]
    return SPECIAL_FLOATS + "\n".join(lines) + "\n"


def _key(example: Example) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return example.args or (), dict(example.kwargs)


def _table(pairs: Iterable[tuple[str, Any]]) -> str:
    return "{" + ", ".join(f"{key!r}: {as_source(value)}" for key, value in pairs) + "}"


def _is_class(task: Task, name: str) -> bool:
    tree: Sequence[ast.stmt] = parse_python(task.reference).body if task.reference else ()
    return any(isinstance(node, ast.ClassDef) and node.name == name for node in tree)
