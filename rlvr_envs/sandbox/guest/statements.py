"""Runs test statements in a guest of their own, against stubs of the program's objects (:mod:`.stubs`).

The test source, with the expected values in it, is here and never in the process (or the zygote) of the judged program.
Asserts that compare two values report both, so their source is rewritten first: ``assert a == b`` becomes
``assert <compare>("==", a, b)``.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import sys
import time
import types
from typing import Any, NoReturn

from . import faults, numpy_rules, pytest_stand_in, stubs
from .lent import MAX_NESTED
from .operators import OPERATORS
from .program import Channel, Printed, capture_output, outcome_of

_COMPARE = "__rlvr_compare__"
_TYPE_OF = "__rlvr_type_of__"
_FRAMES = 16  # of the interpreter's stack, between two functions of the tests that call each other through the program
_BY_NAME = dict(OPERATORS.values())


class _CompareAsserts(ast.NodeTransformer):
    """Rewrites asserts of a single comparison, and ``type(x)``, which of a stub would be the class of stubs."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "type" and len(node.args) == 1 and not node.keywords:
            node.func = ast.copy_location(ast.Name(_TYPE_OF, ast.Load()), node.func)
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        self.generic_visit(node)
        test = node.test
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            name = OPERATORS[type(test.ops[0])][0]
            arguments = [ast.Constant(name), test.left, test.comparators[0]]
            call = ast.Call(func=ast.Name(_COMPARE, ast.Load()), args=arguments, keywords=[])
            node.test = ast.copy_location(call, test)
        return ast.fix_missing_locations(node)


class Comparisons:
    """Remembers both sides of the last comparison that failed."""

    def __init__(self) -> None:
        """Begins with none."""
        self.last: tuple[str, Any, Any] | None = None

    def compare(self, name: str, left: Any, right: Any) -> Any:
        """Returns what the operator ``name`` gives."""
        verdict = _BY_NAME[name](left, right)
        if not verdict:
            self.last = (name, left, right)
        return verdict


def compile_statement(source: str, name: str) -> types.CodeType:
    """Returns the code of a test with its asserts rewritten; raises SyntaxError."""
    return compile(_CompareAsserts().visit(ast.parse(source)), name, "exec", dont_inherit=True)


def free_names(sources: list[str]) -> set[str]:
    """Returns the names that sources read and neither define themselves nor find among the builtins.

    A source that does not parse has none: it will fail as a test.
    """
    read: set[str] = set()
    defined = set(dir(builtins))
    for source in sources:
        try:
            nodes = list(ast.walk(ast.parse(source)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in nodes:
            if isinstance(node, ast.Name):
                (read if isinstance(node.ctx, ast.Load) else defined).add(node.id)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                defined.add(node.name)
            elif isinstance(node, ast.arg):
                defined.add(node.arg)
            elif isinstance(node, ast.alias):
                defined.add((node.asname or node.name).split(".")[0])
    return read - defined


#: Names under which tests know helpers, with what they are; a helper of a module is written ``module:name``.  Those types are
#: among them whose values travel as plain data: ``Counter(f(x)) == Counter(y)`` would hand ``y`` to a program's own ``Counter``.
_HELPERS = {
    "np": "numpy",
    "numpy": "numpy",
    "pytest": "pytest",
    "approx": "pytest:approx",
    "raises": "pytest:raises",
    "isclose": "math:isclose",
    "allclose": "numpy:allclose",
    "Counter": "collections:Counter",
    "OrderedDict": "collections:OrderedDict",
    "defaultdict": "collections:defaultdict",
    "deque": "collections:deque",
    "Decimal": "decimal:Decimal",
    "Fraction": "fractions:Fraction",
}


def is_helper(name: str) -> bool:
    """Whether a name that tests read and do not define is never the program's: that of a module, or of a known helper."""
    return name in _HELPERS or name in sys.stdlib_module_names


def find_helper(name: str) -> Any:
    """Returns the module or function of that name; raises ImportError when it is not installed."""
    module, _, attribute = _HELPERS.get(name, name).partition(":")
    found = importlib.import_module(module)
    return getattr(found, attribute) if attribute else found


class _Session:
    """The namespace that the tests of one program share."""

    def __init__(self, channel: Channel, payload: dict[str, Any], printed: Printed) -> None:
        self._channel, self._printed = channel, printed
        self._comparisons = Comparisons()
        self._program = stubs.Program(channel, payload["entry_point"], settled=payload["settled"])
        self._namespace = types.ModuleType("tests").__dict__
        self._namespace[_TYPE_OF] = self._program.type_of
        self._namespace[_COMPARE] = self._comparisons.compare
        self._take_names(payload["entry_point"], free_names([payload["test_setup"], *payload["tests"]]))

    def _take_names(self, entry_point: str, names: set[str]) -> None:
        """Gives the tests what they use and do not define: the entry point, modules, and classes to make arguments of.

        Modules that they forgot to import, and helpers that compare, are the real ones, or a program could bring its own.
        """
        for name in sorted(names | {entry_point}):
            if name != entry_point and is_helper(name):
                with contextlib.suppress(ImportError):  # it is not installed: the test that reads it will say so
                    self._namespace[name] = find_helper(name)
                continue
            try:
                self._namespace[name] = self._program.name(name)
            except NameError:
                continue  # neither side has it: the test that reads it will say so

    def set_up(self, source: str) -> list[Any] | None:
        """Runs the set-up; returns outcome and report if it failed."""
        try:
            exec(compile_statement(source, "<test setup>"), self._namespace)
            self._program.lent.raise_swallowed()
        except BaseException as error:  # test code may raise anything
            return [outcome_of(error), faults.report(error, details=False)]
        return None

    def run(self, index: int, source: str) -> None:
        """Runs one statement and reports it; ``extra`` is ``[raised by the program?, op, left, right]``."""
        self._comparisons.last = None
        self._program.begin()
        started = time.perf_counter()
        outcome, body, extra = "ok", None, None
        try:
            exec(compile_statement(source, "<test>"), self._namespace)
            self._program.lent.raise_swallowed()
        except BaseException as error:  # test code may raise anything
            outcome, body = outcome_of(error), faults.report(error, details=False)
            extra = [error is self._program.last_error, *self._sides(error)]
        self._channel.send_result(index, outcome, body, printed=self._printed.take(), started=started, extra=extra)

    def _sides(self, error: BaseException) -> list[Any]:
        if type(error) is not AssertionError or self._comparisons.last is None:
            return ["", None, None]
        name, left, right = self._comparisons.last
        return [name, stubs.encode(left), stubs.encode(right)]


def run_tests(channel: Channel, payload: dict[str, Any]) -> NoReturn:
    """Runs the set-up and then every test of the payload."""
    printed = capture_output(channel, payload["output_bytes"])
    pytest_stand_in.install()
    numpy_rules.install()
    sys.setrecursionlimit(sys.getrecursionlimit() + MAX_NESTED * _FRAMES)
    session = _Session(channel, payload, printed)
    raised = session.set_up(payload["test_setup"])
    channel.send(["loaded", printed.take(), raised])
    if raised is None:
        for index, source in enumerate(payload["tests"]):
            session.run(index, source)
    channel.end()
