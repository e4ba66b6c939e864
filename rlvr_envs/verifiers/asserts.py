"""Assert statements planned on the trusted side: which calls they need, and what is to be asked of the values returned.

The calls go to the guest with their inputs alone; the rest of the expression is evaluated over the decoded values, with
Python's meaning of ``==`` and the like but without running any text.  An assert that needs more than
:mod:`~rlvr_envs.verifiers.evaluate` knows has no plan and is left to a second guest.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rlvr_envs.parsing.syntax import check_syntax, parse_python
from rlvr_envs.sandbox.base import Call, CallResult, Status
from rlvr_envs.verifiers.arithmetic import FUNCTIONS, TYPES, Binary, Unsupported
from rlvr_envs.verifiers.evaluate import EXPRESSION_ERRORS, Expression, Hole, comparison, literal, raw_expression
from rlvr_envs.verifiers.evaluate import expression as plain_expression

_NAMES: Final = frozenset({"math", "isinstance", *FUNCTIONS, *TYPES})


@dataclass(frozen=True)
class Decision:
    """What an assert came to.

    ``failed`` is the call that gave no value, if one was needed.  ``sides`` are the values that were compared (one if the
    assert only asks for truth, none if it could not be evaluated so far), ``op`` the comparison.  ``error`` says why a test
    expression did not fit the values.
    """

    passed: bool
    sides: tuple[Any, ...] = ()
    op: str = ""
    failed: CallResult | None = None
    error: str = ""


class _NoValue(Exception):
    """Raised where a call's value is needed that did not return one."""

    def __init__(self, result: CallResult) -> None:
        self.result = result


@dataclass(frozen=True)
class AssertPlan:
    """The calls of one assert and its expression over their values: ``terms`` joined by ``op`` when there are two."""

    calls: tuple[Call, ...]
    terms: tuple[Expression, ...]
    op: str
    holds: Binary | None

    def decide(self, results: Sequence[CallResult]) -> Decision:
        """Decides the assert, given the result of each of :attr:`calls`; never raises for what they hold."""

        def fill(index: int) -> Any:
            if results[index].status is not Status.OK:
                raise _NoValue(results[index])
            return results[index].value

        sides: list[Any] = []
        try:
            for term in self.terms:
                sides.append(term(fill))
            passed = self.holds(*sides) if self.holds is not None else bool(sides[0])
        except _NoValue as missing:
            return Decision(passed=False, failed=missing.result)
        except Unsupported as error:
            return Decision(passed=False, sides=tuple(sides), op=self.op, error=str(error))
        except EXPRESSION_ERRORS as error:
            return Decision(passed=False, sides=tuple(sides), op=self.op, error=f"{type(error).__name__}: {error}")
        return Decision(passed=bool(passed), sides=tuple(sides), op=self.op)


@functools.lru_cache(maxsize=4096)
def plan(source: str, entry_point: str) -> AssertPlan | None:
    """Returns the plan of a test that is one assert statement, None when it has none.

    There is a plan when the assert calls the entry point at least once, by its name and with arguments that are literals or
    arithmetic, and the rest is of the known part.  An assert's message is not looked at.
    """
    if check_syntax(source) is not None:
        return None
    statements = parse_python(source).body
    if len(statements) != 1 or not isinstance(statements[0], ast.Assert):
        return None
    finder = _Calls(entry_point)
    try:
        test = finder.visit(statements[0].test)
        made = _expression(tuple(finder.calls), test)
    except (Unsupported, RecursionError):
        return None
    return made if finder.calls else None


def _expression(calls: tuple[Call, ...], test: ast.expr) -> AssertPlan:
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        op, holds = comparison(test.ops[0], test.comparators[0])
        return AssertPlan(calls, (raw_expression(test.left), raw_expression(test.comparators[0])), op, holds)
    return AssertPlan(calls, (plain_expression(test),), "", None)


class _Calls(ast.NodeTransformer):
    """Puts a hole in the place of each call of the entry point and keeps the call."""

    def __init__(self, entry_point: str) -> None:
        self.calls: list[Call] = []
        self._entry_point = entry_point

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Replaces a call of the entry point; its arguments may hold no other one."""
        if not (isinstance(node.func, ast.Name) and node.func.id == self._entry_point):
            self.generic_visit(node)
            return node
        if any(keyword.arg is None for keyword in node.keywords):
            raise Unsupported("** in a call")
        self.calls.append(
            Call(
                args=tuple(literal(argument) for argument in node.args),
                kwargs={str(keyword.arg): literal(keyword.value) for keyword in node.keywords},
            )
        )
        return ast.copy_location(ast.Constant(Hole(len(self.calls) - 1)), node)  # type: ignore[arg-type]

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """Refuses calls that Python would perhaps not make: all planned ones are made."""
        node.values[0] = self.visit(node.values[0])
        before = len(self.calls)
        node.values[1:] = [self.visit(value) for value in node.values[1:]]
        if isinstance(node.op, ast.Or) and len(self.calls) > before:
            raise Unsupported("a call of the entry point behind or")
        return node


@functools.lru_cache(maxsize=256)
def rebinds_known_names(test_setup: str) -> bool:
    """Whether code beside the tests may give another meaning to a name that plans know (then nothing may be planned)."""
    if not test_setup.strip():
        return False
    if check_syntax(test_setup) is not None:
        return True
    bound: set[str] = set()
    for node in ast.walk(parse_python(test_setup)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.alias) and (node.name, node.asname) != ("math", None):
            bound.add(node.asname or node.name)
    return "*" in bound or bool(bound & _NAMES)
