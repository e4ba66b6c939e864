"""Programs as flat statements in a normal form, so that two ways to write one thing look alike.

:func:`statements_of` undoes what changes how a program reads and not what it does: layout, comments, docstrings, annotations and
imports; ``x += 1`` and ``x = x + 1``; ``a > b`` and ``b < a``; negations, which are pushed inwards; ``for`` over a range and the
``while`` that counts; a comprehension and the loop that collects; ``a if c else b`` and the branches; ``else`` and what follows a
branch that leaves.  Names stay as they are written: which name of one program is which of another is for the reader to find out.

It is total and runs nothing.  Two programs with equal statements need not do the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rlvr_envs.parsing.syntax import MAX_SOURCE_CHARS, parse_python

#: ``(head, *children)``; a leaf is ``("var", name)``, ``("name", name)`` or ``("const", type and value)``.
Term = tuple[Any, ...]
#: First line, first byte, last line, one past the last byte; as in a syntax tree.
Place = tuple[int, int, int, int]

#: Programs with more than this have no normal form: comparing two takes time with the product of their sizes.
MAX_NODES: Final = 3000
MAX_STATEMENTS: Final = 200
MAX_VARIABLES: Final = 60
#: Programs that nest more deeply have none either: terms are walked by recursion.
MAX_DEPTH: Final = 80

COMMUTATIVE: Final = frozenset({"Add", "Mult", "BitAnd", "BitOr", "BitXor", "and", "or", "eq"})
_LEAVES_BRANCH: Final = (ast.Return, ast.Raise, ast.Continue, ast.Break)


@dataclass(frozen=True)
class Guard:
    """A condition under which a statement runs: its normal form without negation, whether it must hold, and where it stands."""

    term: Term
    holds: bool
    place: Place


@dataclass(frozen=True)
class Statement:
    """One flat statement, the conditions that it stands under from the outermost to the innermost, and its place."""

    term: Term
    guards: tuple[Guard, ...]
    place: Place


@dataclass(frozen=True)
class Program:
    """Flat statements in the order of the source; ``variables`` are the names that the program binds.

    ``parameters`` has those of each function of the module, by its name: callers know their order.
    """

    statements: tuple[Statement, ...]
    variables: tuple[str, ...]
    parameters: tuple[tuple[str, tuple[str, ...]], ...]


def statements_of(source: str) -> Program | None:
    """Returns the normal form of a program, None when it does not parse or is too large or too deep; never raises."""
    if len(source) > MAX_SOURCE_CHARS:
        return None
    try:
        tree = parse_python(source)
        if not _is_small(tree):
            return None
        reader = _Reader(tree)
        reader.block(tree.body, ())
        if len(reader.statements) > MAX_STATEMENTS or len(reader.variables) > MAX_VARIABLES:
            return None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    functions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    parameters = tuple((node.name, tuple(_parameters(node.args))) for node in functions)
    return Program(tuple(reader.statements), tuple(reader.variables), parameters)


def _is_small(tree: ast.Module) -> bool:
    """Whether a tree keeps the limits of nodes and depth; level by level, so that depth itself cannot hurt."""
    level: list[ast.AST] = [tree]
    nodes = depth = 0
    while level:
        nodes, depth = nodes + len(level), depth + 1
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            return False
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return True


def _parameters(arguments: ast.arguments) -> list[str]:
    plain = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [one.arg for one in (*plain, arguments.vararg, arguments.kwarg) if one is not None]


def _bound(tree: ast.AST) -> list[str]:
    """Returns the names that a program binds, but for those of imports."""
    names: dict[str, None] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name) | ast.ExceptHandler(name=str() as name):
                names[name] = None
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names[name] = None
    return list(names)


def _inlined(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Returns statements with ``x = e`` and then ``return x`` as ``return e``, in the place of the first."""
    out: list[ast.stmt] = []
    for node in body:
        last = out[-1] if out else None
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name) and isinstance(last, ast.Assign):
            target = last.targets[0]
            if len(last.targets) == 1 and isinstance(target, ast.Name) and target.id == node.value.id:
                out[-1] = ast.copy_location(ast.Return(last.value), last)
                continue
        out.append(node)
    return out


def negated(term: Term) -> Term:
    """Returns the negation of a condition, pushed inwards."""
    if term[0] == "not":
        return term[1]  # type: ignore[no-any-return]
    if term[0] in ("and", "or"):
        return ("or" if term[0] == "and" else "and", *(negated(child) for child in term[1:]))
    return ("not", term)


def _stripped(term: Term) -> tuple[Term, bool]:
    """Returns a condition without its negation, and whether there was none."""
    if term[0] == "not":
        return term[1], False
    if term[0] == "or" and all(child[0] == "not" for child in term[1:]):
        return negated(term), False
    return term, True


class _Reader:
    """Reads a syntax tree into flat statements; an expression that holds loops or branches adds statements of its own."""

    def __init__(self, tree: ast.Module) -> None:
        self.variables = _bound(tree)
        self._known = frozenset(self.variables)
        self.statements: list[Statement] = []

    def block(self, body: Sequence[ast.stmt], guards: tuple[Guard, ...]) -> None:
        """Reads statements; what follows a branch that always leaves stands under the opposite of its condition."""
        for node in _inlined(body):
            handler = getattr(self, f"_{type(node).__name__.lower()}", None)
            if handler is None:
                self._other(node, guards)
            else:
                guards = handler(node, guards) or guards

    def _add(self, term: Term, guards: tuple[Guard, ...], first: ast.AST, last: ast.AST | None = None) -> None:
        self.statements.append(Statement(term, guards, _place(first, last)))

    def _functiondef(self, node: Any, guards: tuple[Guard, ...]) -> None:
        for default in (*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)):
            self._add(("default", self.expression(default, guards)), guards, default)
        self.block(node.body, ())

    _asyncfunctiondef = _functiondef

    def _classdef(self, node: ast.ClassDef, guards: tuple[Guard, ...]) -> None:
        self.block(node.body, ())

    def _import(self, node: ast.AST, guards: tuple[Guard, ...]) -> None:
        """Says nothing: an import alone does nothing."""

    _importfrom = _import

    def _expr(self, node: ast.Expr, guards: tuple[Guard, ...]) -> None:
        if isinstance(node.value, ast.Constant):
            return
        term = self.expression(node.value, guards)
        if term[0] in ("method:append", "method:add") and len(term) == 3:
            term = ("collect", term[2])
        self._add(term, guards, node)

    def _assign(self, node: ast.Assign, guards: tuple[Guard, ...]) -> None:
        for target in node.targets:
            self._bind(target, node.value, guards, node)

    def _annassign(self, node: ast.AnnAssign, guards: tuple[Guard, ...]) -> None:
        if node.value is not None:
            self._bind(node.target, node.value, guards, node)

    def _bind(self, target: ast.expr, value: ast.expr, guards: tuple[Guard, ...], node: ast.AST) -> None:
        pair = (ast.Tuple, ast.List)
        if isinstance(target, pair) and isinstance(value, pair) and len(target.elts) == len(value.elts):
            for one, other in zip(target.elts, value.elts, strict=True):
                self._bind(one, other, guards, node)
        elif isinstance(value, ast.IfExp):
            for branch, under in self._branches(value, guards):
                self._bind(target, branch, under, node)
        else:
            self._set(self.expression(target, guards), self.expression(value, guards), guards, node)

    def _set(self, target: Term, value: Term, guards: tuple[Guard, ...], node: ast.AST, last: ast.AST | None = None) -> None:
        """Adds an assignment; what adds to its own target is an accumulation."""
        if len(value) == 3 and target in value[1:] and (value[1] == target or value[0] in COMMUTATIVE):
            rest = value[2] if value[1] == target else value[1]
            term: Term = (f"update:{value[0]}", target, rest)
            if value[0] == "Add" and rest[0] == "list" and len(rest) == 2:
                term = ("collect", rest[1])
            self._add(term, guards, node, last)
        else:
            self._add(("assign", target, value), guards, node, last)

    def _augassign(self, node: ast.AugAssign, guards: tuple[Guard, ...]) -> None:
        target = self.expression(node.target, guards)
        self._set(target, (type(node.op).__name__, target, self.expression(node.value, guards)), guards, node)

    def _return(self, node: ast.Return, guards: tuple[Guard, ...]) -> None:
        if isinstance(node.value, ast.IfExp):
            for branch, under in self._branches(node.value, guards):
                self._return(ast.copy_location(ast.Return(branch), node), under)
            return
        value = ("const", "None") if node.value is None else self.expression(node.value, guards)
        self._add(("return", value), guards, node)

    def _branches(self, node: ast.IfExp, guards: tuple[Guard, ...]) -> list[tuple[ast.expr, tuple[Guard, ...]]]:
        yes, no = self._condition(node.test, guards)
        return [(node.body, (*guards, yes)), (node.orelse, (*guards, no))]

    def _condition(self, test: ast.expr, guards: tuple[Guard, ...], head: str = "if") -> tuple[Guard, Guard]:
        """Adds a condition as a statement and returns it as the guard of its two branches."""
        term, plain = _stripped(self.expression(test, guards))
        place = _place(test)
        self._add((head, term), guards, test)
        return Guard(term, plain, place), Guard(term, not plain, place)

    def _if(self, node: ast.If, guards: tuple[Guard, ...]) -> tuple[Guard, ...] | None:
        yes, no = self._condition(node.test, guards)
        self.block(node.body, (*guards, yes))
        self.block(node.orelse, (*guards, no))
        if isinstance(node.body[-1], _LEAVES_BRANCH):
            return (*guards, no)
        if node.orelse and isinstance(node.orelse[-1], _LEAVES_BRANCH):
            return (*guards, yes)
        return None

    def _while(self, node: ast.While, guards: tuple[Guard, ...]) -> None:
        yes, _ = self._condition(node.test, guards, "loop")
        self.block(node.body, (*guards, yes))
        self.block(node.orelse, guards)

    def _for(self, node: Any, guards: tuple[Guard, ...]) -> None:
        inside = self._each(node.target, node.iter, guards)
        self.block(node.body, inside)
        self.block(node.orelse, guards)

    _asyncfor = _for

    def _each(self, target: ast.expr, source: ast.expr, guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
        """Adds what a loop over ``source`` does, and returns the guards of its body."""
        variable, over = self.expression(target, guards), self.expression(source, guards)
        counts = over[0] == "call" and over[1] == ("name", "range") and 3 <= len(over) <= 5
        if not counts:
            self._add(("each", variable, over), guards, target, source)
            return guards
        zero, one = ("const", "int 0"), ("const", "int 1")
        begin, end = (zero, over[2]) if len(over) == 3 else (over[2], over[3])
        step = over[4] if len(over) == 5 else one
        down = step[0] == "const" and str(step[1]).startswith("int -")
        self._add(("assign", variable, begin), guards, target, source)
        condition = ("lt", end, variable) if down else ("lt", variable, end)
        self._add(("loop", condition), guards, target, source)
        guard = Guard(condition, True, _place(target, source))
        if down:
            self._add(("update:Sub", variable, ("const", f"int {str(step[1])[5:]}")), (*guards, guard), target, source)
        else:
            self._add(("update:Add", variable, step), (*guards, guard), target, source)
        return (*guards, guard)

    def _other(self, node: Any, guards: tuple[Guard, ...]) -> None:
        """Reads any other statement: its own expressions, then its blocks."""
        children = list(ast.iter_child_nodes(node))
        own = [child for child in children if isinstance(child, (ast.expr, ast.withitem))]
        blocks = [child for child in children if isinstance(child, (ast.excepthandler, ast.match_case))]
        term = (type(node).__name__, *(self.expression(child, guards) for child in own))
        if own:
            self._add(term, guards, _placed(own[0]), _placed(own[-1]))
        elif not hasattr(node, "body") and not blocks:
            self._add(term, guards, node)
        for part in (node, *blocks):
            for name in ("body", "orelse", "finalbody"):
                self.block(getattr(part, name, ()), guards)

    def expression(self, node: ast.AST, guards: tuple[Guard, ...]) -> Term:
        """Returns the normal form of an expression."""
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                term: Term = ("var" if name in self._known else "name", name)
            case ast.Constant(value=value):
                term = ("const", f"{type(value).__name__} {value!r}" if value is not None else "None")
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                term = negated(self.expression(operand, guards))
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                term = ("const", f"{type(value).__name__} {-value!r}")
            case ast.BoolOp(op=op, values=values):
                term = (type(op).__name__.lower(), *(self.expression(value, guards) for value in values))
            case ast.BinOp(left=left, op=op, right=right):
                term = (type(op).__name__, self.expression(left, guards), self.expression(right, guards))
            case ast.Compare() | ast.Call():
                term = self._compared(node, guards) if isinstance(node, ast.Compare) else self._called(node, guards)
            case ast.Attribute(value=value, attr=name):
                term = (f"attribute:{name}", self.expression(value, guards))
            case ast.ListComp(elt=element):
                self._comprehended(node, [element], guards)
                term = ("list",)
            case ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
                term = self._comprehended(node, [element], guards)
            case ast.DictComp(key=key, value=value):
                term = self._comprehended(node, [key, value], guards)
            case _:
                term = self._generic(node, guards)
        return term

    def _generic(self, node: ast.AST, guards: tuple[Guard, ...]) -> Term:
        parts: list[Term] = []
        for name, value in ast.iter_fields(node):
            if name in ("ctx", "annotation", "returns", "type_comment", "kind"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    parts.append(self.expression(child, guards))
                elif child is not None and not isinstance(child, list):
                    parts.append(("const", f"{name} {child!r}"))
        return (type(node).__name__.lower() if not isinstance(node, ast.operator) else type(node).__name__, *parts)

    def _compared(self, node: ast.Compare, guards: tuple[Guard, ...]) -> Term:
        operands = [self.expression(one, guards) for one in (node.left, *node.comparators)]
        pairs = [_comparison(op, left, right) for op, left, right in zip(node.ops, operands, operands[1:], strict=False)]
        return pairs[0] if len(pairs) == 1 else ("and", *pairs)

    def _called(self, node: ast.Call, guards: tuple[Guard, ...]) -> Term:
        values = [self.expression(one, guards) for one in node.args]
        values += [(f"keyword:{one.arg}", self.expression(one.value, guards)) for one in node.keywords]
        if isinstance(node.func, ast.Attribute):
            return (f"method:{node.func.attr}", self.expression(node.func.value, guards), *values)
        called = self.expression(node.func, guards)
        if not values and called in (("name", "list"), ("name", "dict")):
            return (called[1],)
        if values == [("comprehension",)] and called == ("name", "list"):
            return ("list",)
        return ("call", called, *values)

    def _comprehended(self, node: Any, elements: Iterable[ast.expr], guards: tuple[Guard, ...]) -> Term:
        for generator in node.generators:
            guards = self._each(generator.target, generator.iter, guards)
            for test in generator.ifs:
                yes, _ = self._condition(test, guards)
                guards = (*guards, yes)
        for element in elements:
            self._add(("collect", self.expression(element, guards)), guards, element)
        return ("comprehension",)


#: Operator -> how it is written: the head of its term, whether the operands change places, and whether it is negated.
_COMPARISONS: Final[Mapping[type[ast.cmpop], tuple[str, bool, bool]]] = {
    ast.Lt: ("lt", False, False),
    ast.Gt: ("lt", True, False),
    ast.GtE: ("lt", False, True),
    ast.LtE: ("lt", True, True),
    ast.Eq: ("eq", False, False),
    ast.NotEq: ("eq", False, True),
    ast.In: ("in", False, False),
    ast.NotIn: ("in", False, True),
    ast.Is: ("is", False, False),
    ast.IsNot: ("is", False, True),
}


def _comparison(op: ast.cmpop, left: Term, right: Term) -> Term:
    head, swapped, opposite = _COMPARISONS[type(op)]
    term = (head, right, left) if swapped else (head, left, right)
    return ("not", term) if opposite else term


def _placed(node: Any) -> Any:
    """Returns the part of a node that has a place."""
    return node.context_expr if isinstance(node, ast.withitem) else node


def _place(first: Any, last: Any = None) -> Place:
    last = first if last is None else last
    return first.lineno, first.col_offset, last.end_lineno, last.end_col_offset
