"""Which values the lines of the program make, as numbers that stand for them: a claim, as a program can forge what it records.

The program is compiled with each value that it makes (results of operators, calls and displays, what is assigned, passed,
returned, iterated over or decided on) handed to a recorder on its way. No ``__repr__`` of the program is called: values of
exact plain types are told apart by their content, of which the first characters count, all others by their type alone.
"""

from __future__ import annotations

import ast
import builtins
import zlib
from types import CodeType, TracebackType
from typing import Any

from . import faults

MAX_VALUES = 2_000
_MAX_CHARS = 300
_NAME = "__rlvr_value__"

_MADE = (ast.BinOp, ast.BoolOp, ast.Compare, ast.Call, ast.UnaryOp, ast.Subscript, ast.IfExp, ast.JoinedStr)
_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)
#: Fields whose value is recorded whatever expression it is.
_ROLES = {
    ast.Assign: ("value",),
    ast.AnnAssign: ("value",),
    ast.Return: ("value",),
    ast.If: ("test",),
    ast.While: ("test",),
    ast.IfExp: ("test",),
    ast.Call: ("args",),
    ast.Yield: ("value",),
}
_SKIPPED = ("annotation", "returns", "decorator_list", "type_params", "format_spec")


class _Recorded(ast.NodeTransformer):
    """Hands values to the recorder."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        roles = next((fields for kind, fields in _ROLES.items() if isinstance(node, kind)), ())
        for name, old in ast.iter_fields(node):
            if name in _SKIPPED:
                continue
            if isinstance(old, list):
                new: list[Any] = []
                for child in old:
                    made = self._visited(child, name in roles)
                    new.extend(made) if isinstance(made, list) else new.append(made)
                old[:] = new
            elif isinstance(old, ast.AST):
                setattr(node, name, self._visited(old, name in roles))
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        node.subject = self._visited(node.subject, True)
        for case in node.cases:  # patterns are no expressions
            case.guard = None if case.guard is None else self._visited(case.guard, True)
            case.body = [made for child in case.body for made in _listed(self.visit(child))]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        node.value = self._visited(node.value, False)
        return [node, _record(ast.Name(node.target.id, ast.Load()), node)] if isinstance(node.target, ast.Name) else node

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            node.body.insert(0, _record(ast.Name(node.target.id, ast.Load()), node.target))
        return node

    def _visited(self, node: Any, role: bool) -> Any:
        if not isinstance(node, ast.AST):
            return node
        made = self.visit(node)
        read = not hasattr(node, "ctx") or isinstance(node.ctx, ast.Load)
        sliced = any(isinstance(part, ast.Slice) for part in getattr(node, "elts", ()))  # legal within brackets alone
        plain = (isinstance(node, (*_MADE, *_DISPLAYS)) and not sliced) or (
            role and isinstance(node, (ast.Name, ast.Constant, ast.Attribute))
        )
        return _recorded(made, node) if read and plain and isinstance(node, ast.expr) else made


def _listed(made: Any) -> list[Any]:
    return made if isinstance(made, list) else [made]


def _recorded(value: ast.expr, place: ast.AST) -> ast.Call:
    line = ast.Constant(place.lineno)  # type: ignore[attr-defined]
    return ast.copy_location(ast.Call(ast.Name(_NAME, ast.Load()), [line, value], []), place)


def _record(value: ast.expr, place: ast.AST) -> ast.Expr:
    return ast.copy_location(ast.Expr(_recorded(value, place)), place)


def compile_recorded(source: str) -> CodeType:
    """Returns the code of the program with its values recorded; raises what compiling may raise."""
    tree = ast.fix_missing_locations(_Recorded().visit(ast.parse(source, faults.SOURCE_FILE)))
    builtins.__dict__[_NAME] = _RECORDER.record
    return compile(tree, faults.SOURCE_FILE, "exec", dont_inherit=True)


def digest(value: Any) -> int:
    """Returns a number that equal values of exact plain types share in every process; floats are equal to nine digits."""
    if type(value) is float:
        text = format(value, ".9g")
    elif type(value) in (set, frozenset):
        text = type(value).__name__ + str(sorted(faults.describe(item, _MAX_CHARS) for item in value))
    else:
        text = faults.describe(value, _MAX_CHARS)
    return zlib.crc32(text.encode("utf-8", "backslashreplace"))


class _Recorder:
    """Keeps what was recorded while it listens."""

    def __init__(self) -> None:
        self.listens = False
        self.values: list[list[int]] = []

    def record(self, line: int, value: Any) -> Any:
        """Returns ``value``."""
        if self.listens and len(self.values) < MAX_VALUES:
            self.values.append([line, digest(value)])
        return value


_RECORDER = _Recorder()


class ValueTracer:
    """A context in which values are recorded, of a program compiled by :func:`compile_recorded`."""

    def __enter__(self) -> None:
        """Begins to record."""
        _RECORDER.listens = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Ends it."""
        _RECORDER.listens = False

    def take(self) -> list[list[int]]:
        """Returns line and digest of each value made since the last time, in order, the first :data:`MAX_VALUES` of them."""
        values, _RECORDER.values = _RECORDER.values, []
        return values
