"""Whether the runs of a program on several texts may share a process, as far as its own text shows.

A run that left something behind would make the next one differ: changed modules, contexts and handlers, names of threads, used
time.  What can be left is without end, so only programs are let share that use nothing but what is known to leave nothing: some
modules and functions, no attribute of an imported module set, no access to the interpreter's own attributes.  All others get
a process for each text, which costs more and is always right.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from rlvr_envs.parsing.syntax import parse_python

_ALL: Final = frozenset({"*"})
#: Module -> what of it may be used; all of it where nothing in it keeps anything.
_MODULES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(
        (
            *("__future__", "abc", "bisect", "cmath", "collections", "collections.abc", "copy", "dataclasses", "enum"),
            *("fractions", "functools", "heapq", "itertools", "math", "numbers", "operator", "re", "statistics", "string"),
            *("textwrap", "typing"),
        ),
        _ALL,
    ),
    "random": frozenset({"choice", "choices", "randint", "random", "randrange", "sample", "seed", "shuffle", "uniform"}),
    "sys": frozenset({"argv", "exit", "maxsize", "setrecursionlimit", "stderr", "stdin", "stdout", "version_info"}),
    "io": frozenset({"BytesIO", "StringIO"}),
    "decimal": frozenset({"Decimal"}),
    "os": frozenset({"linesep"}),
}
#: Builtins that reach what they are not given by name.
_REFUSED: Final = frozenset(
    [
        "__builtins__",
        "__import__",
        "breakpoint",
        "compile",
        "delattr",
        "eval",
        "exec",
        "getattr",
        "globals",
        "help",
        "setattr",
        "vars",
    ]
)
_KNOWN_DUNDERS: Final = frozenset({"__init__", "__name__", "__doc__"})


def may_share(source: str) -> bool:
    """Whether the program uses only what leaves nothing behind; False for one that does not parse."""
    try:
        nodes = list(ast.walk(parse_python(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    modules: dict[str, str] = {}  # name in the program -> module
    names: set[str] = set()  # names that were imported from a module
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name not in _MODULES or ("." in alias.name and alias.asname is None):
                    return False
                modules[alias.asname or alias.name] = alias.name
        elif isinstance(node, ast.ImportFrom):
            allowed = _MODULES.get(node.module or "", frozenset())
            if node.level or not all(_is_allowed(alias.name, allowed) for alias in node.names):
                return False
            names |= {alias.asname or alias.name for alias in node.names}
    return not any(_leaves_something(node, modules, names) for node in nodes) and not _rebinds(nodes, modules)


def _is_allowed(name: str, allowed: frozenset[str]) -> bool:
    return name in allowed or (allowed == _ALL and not name.startswith("_"))


def _leaves_something(node: ast.AST, modules: Mapping[str, str], names: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in _REFUSED
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
        return not (node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0)
    if not isinstance(node, ast.Attribute):
        return False
    if node.attr.startswith("__") and node.attr.endswith("__") and node.attr not in _KNOWN_DUNDERS:
        return True
    root = _root(node)
    if not isinstance(node.ctx, ast.Load) and (root in modules or root in names):
        return True
    if isinstance(node.value, ast.Name) and node.value.id in modules:
        return not _is_allowed(node.attr, _MODULES[modules[node.value.id]])
    return False


def _root(node: ast.Attribute) -> str:
    """Returns the name at the begin of a chain of attributes, ``""`` where there is none."""
    value: ast.expr = node
    while isinstance(value, ast.Attribute):
        value = value.value
    return value.id if isinstance(value, ast.Name) else ""


def _rebinds(nodes: list[ast.AST], modules: Mapping[str, str]) -> bool:
    """Whether a module is used otherwise than for an attribute of it, so that it might be changed under another name."""
    bases = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    return any(id(node) not in bases for node in _names(nodes) if node.id in modules)


def _names(nodes: list[ast.AST]) -> Iterator[ast.Name]:
    return (node for node in nodes if isinstance(node, ast.Name))
