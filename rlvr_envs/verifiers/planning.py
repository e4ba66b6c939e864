"""From the text of a test to its plan.

Known statements: ``assert``, ``name = ...`` of literals or of values returned, imports of modules whose names plans know,
``with raises(E):`` around one call.  A method is called as ``Solution().f(...)`` when the entry point is ``Solution.f``.
"""

from __future__ import annotations

import ast
import copy
import functools
import re
from typing import Any, Final

from rlvr_envs.parsing.syntax import check_syntax, parse_python
from rlvr_envs.sandbox.base import Call
from rlvr_envs.sandbox.guest.stubs import gives_objects
from rlvr_envs.verifiers.asserts import Assertion, AssertPlan, Binding, Raising, Statement
from rlvr_envs.verifiers.evaluate import comparison, literal, raw_expression
from rlvr_envs.verifiers.evaluate import expression as plain_expression
from rlvr_envs.verifiers.functions import FUNCTIONS, TYPES
from rlvr_envs.verifiers.holes import Hole
from rlvr_envs.verifiers.work import Unsupported

_RAISES: Final = ("raises", "pytest.raises")
_NAMES: Final = frozenset({"isinstance", "raises", "pytest", *(name.split(".")[0] for name in FUNCTIONS), *TYPES})
#: Imports that give a known name the meaning that plans give it: (module, name or "", bound name).
_IMPORTS: Final = frozenset(
    {
        ("itertools", "", "itertools"),
        ("itertools", "islice", "islice"),
        ("math", "", "math"),
        ("math", "isclose", "isclose"),
        ("numpy", "", "numpy"),
        ("numpy", "", "np"),
        ("pytest", "", "pytest"),
        ("pytest", "approx", "approx"),
        ("pytest", "raises", "raises"),
    }
)
#: A pattern that is plain text, so that no message makes the search slow.
_PLAIN_PATTERN: Final = re.compile(r"""\^?(?:[\w\s'",:;!@#%&=<>~`/-]|\\[.()\[\]{}*+?|^$\\'"/ -])*\$?""")
_MAX_NODES: Final = 2_000


@functools.lru_cache(maxsize=4096)
def plan(source: str, entry_point: str) -> AssertPlan | None:
    """Returns the plan of a test, None when it has none.

    There is a plan when the test calls the entry point at least once, with arguments that are literals or arithmetic, asserts
    something, and all of it is of the known part.  An assert's message is not looked at.
    """
    if check_syntax(source) is not None:
        return None
    planner = _Planner(entry_point)
    try:
        statements = tuple(made for node in parse_python(source).body for made in planner.statement(node))
    except (Unsupported, RecursionError):
        return None
    asserting = any(not isinstance(one, Binding) for one in statements)
    return AssertPlan(tuple(planner.calls), statements) if planner.calls and asserting else None


class _Planner(ast.NodeTransformer):
    """Puts a hole in the place of each call of the entry point and keeps the call; replaces names by what they stand for."""

    def __init__(self, entry_point: str) -> None:
        self.calls: list[Call] = []
        self._root, *self._path = entry_point.split(".")
        self._bound: dict[str, ast.expr] = {}
        self._given: set[str] = set()  # names of mutable values that were passed to the entry point
        self._passing = False
        self._nodes = 0

    def statement(self, node: ast.stmt) -> list[Statement]:
        """Returns what is to be decided for one statement."""
        if isinstance(node, ast.Assert):
            return [self._assertion(node.test)]
        if isinstance(node, (ast.Import, ast.ImportFrom)) and not _rebinds(node) and self._root not in _names_bound(node):
            return []
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            return [self._binding(node.targets[0].id, node.value)]
        if isinstance(node, ast.With):
            return [self._raising(node)]
        raise Unsupported(f"a statement of the form {type(node).__name__}")

    def _assertion(self, node: ast.expr) -> Assertion:
        test: ast.expr = self.visit(node)
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            op, holds = comparison(test.ops[0], test.comparators[0])
            return Assertion((raw_expression(test.left), raw_expression(test.comparators[0])), op, holds)
        return Assertion((plain_expression(test),), "", None)

    def _binding(self, name: str, node: ast.expr) -> Binding:
        if name in _NAMES or name == self._root or name in self._bound:
            raise Unsupported(f"{name} gets a second meaning")
        if any(isinstance(inner, ast.Name) and _is_mutable(self._bound.get(inner.id, inner)) for inner in ast.walk(node)):
            raise Unsupported("two names of one mutable value")
        value = self.visit(node)
        made = raw_expression(value)
        self._bound[name] = value
        return Binding(made)

    def _raising(self, node: ast.With) -> Raising:
        """Plans ``with raises(E): f(...)``; what else may stand in such a block could itself raise."""
        item, body = node.items[0], node.body[0]
        asked = item.context_expr
        if len(node.items) != 1 or item.optional_vars is not None or len(node.body) != 1 or not isinstance(body, ast.Expr):
            raise Unsupported("with other than one call that must raise")
        if not isinstance(asked, ast.Call) or _dotted(asked.func) not in _RAISES or len(asked.args) != 1:
            raise Unsupported("with other than raises(E)")
        call = self.visit(body.value)
        hole: Any = call.value if isinstance(call, ast.Constant) else None
        if type(hole) is not Hole:
            raise Unsupported("raises around other than one call of the entry point")
        return Raising(hole.index, _exception_names(asked.args[0]), _pattern(asked.keywords))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Replaces a call of the entry point; its arguments may hold no other one."""
        if not self._is_entry_point(node.func):
            if isinstance(node.func, ast.Attribute) and not self._path and gives_objects(self._root):
                raise Unsupported("a method of what a class made")
            self.generic_visit(node)
            return node
        if any(keyword.arg is None for keyword in node.keywords):
            raise Unsupported("** in a call")
        self._passing = True
        arguments = [literal(self.visit(argument)) for argument in node.args]
        keywords = {str(keyword.arg): literal(self.visit(keyword.value)) for keyword in node.keywords}
        self._passing = False
        self.calls.append(Call(args=tuple(arguments), kwargs=keywords, path=tuple(self._path)))
        return ast.copy_location(ast.Constant(Hole(len(self.calls) - 1)), node)  # type: ignore[arg-type]

    def _is_entry_point(self, func: ast.expr) -> bool:
        for name in reversed(self._path):
            if not isinstance(func, ast.Attribute) or func.attr != name:
                return False
            func = func.value
        if self._path:  # of a new instance: a function below a class would be called otherwise
            if not isinstance(func, ast.Call) or func.args or func.keywords:
                return False
            func = func.func
        return isinstance(func, ast.Name) and func.id == self._root

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replaces a name by what it was bound to; refuses a mutable value after the program may have changed it in place."""
        if node.id == self._root:
            raise Unsupported("the entry point as a value")
        if node.id not in self._bound or not isinstance(node.ctx, ast.Load):
            return node
        value = self._bound[node.id]
        if _is_mutable(value):
            if node.id in self._given:
                raise Unsupported(f"{node.id} is used again after it was passed to the entry point")
            if self._passing:
                self._given.add(node.id)
        self._nodes += sum(1 for _ in ast.walk(value))
        if self._nodes > _MAX_NODES:
            raise Unsupported("names that stand for very much")
        return copy.deepcopy(value)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """Refuses calls that Python would perhaps not make: all planned ones are made."""
        node.values[0] = self.visit(node.values[0])
        before = len(self.calls)
        node.values[1:] = [self.visit(value) for value in node.values[1:]]
        if isinstance(node.op, ast.Or) and len(self.calls) > before:
            raise Unsupported("a call of the entry point behind or")
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        """Refuses variables that hide a name."""
        if any(
            isinstance(inner, ast.Name) and inner.id in {*self._bound, *_NAMES, self._root} for inner in ast.walk(node.target)
        ):
            raise Unsupported("a variable that hides a name")
        self.generic_visit(node)
        return node


def _is_mutable(node: ast.expr) -> bool:
    return any(isinstance(inner, (ast.List, ast.Dict, ast.Set, ast.Call, ast.ListComp)) for inner in ast.walk(node))


def _dotted(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""


def _exception_names(node: ast.expr) -> tuple[str, ...]:
    """Returns the names of one exception class or a tuple of them, without the modules that they come from."""
    names = [_dotted(part) for part in (node.elts if isinstance(node, ast.Tuple) else [node])]
    if not names or not all(names):
        raise Unsupported("raises with other than names of exceptions")
    return tuple(name.split(".")[-1] for name in names)


def _pattern(keywords: list[ast.keyword]) -> str:
    if not keywords:
        return ""
    pattern: Any = literal(keywords[0].value)
    if len(keywords) > 1 or keywords[0].arg != "match" or type(pattern) is not str or not _PLAIN_PATTERN.fullmatch(pattern):
        raise Unsupported("raises with other than match= and a pattern of plain text")
    return pattern


@functools.lru_cache(maxsize=256)
def rebinds_known_names(test_setup: str) -> bool:
    """Whether code beside the tests may give another meaning to a name that plans know (then nothing may be planned)."""
    if not test_setup.strip():
        return False
    return check_syntax(test_setup) is not None or _rebinds(parse_python(test_setup))


def _rebinds(tree: ast.AST) -> bool:
    bound = _names_bound(tree)
    return "*" in bound or bool(bound & _NAMES)


def _names_bound(tree: ast.AST) -> set[str]:
    """Returns the names that code binds, but for imports that give a known name its known meaning."""
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.Import):
            imported = {(alias.name, "", alias.asname or alias.name.split(".")[0]) for alias in node.names}
            bound |= {name for _, _, name in imported - _IMPORTS}
        elif isinstance(node, ast.ImportFrom):
            wanted = {(node.module or "", alias.name, alias.asname or alias.name) for alias in node.names}
            bound |= {name for _, _, name in wanted - _IMPORTS}
    return bound
