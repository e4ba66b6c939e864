"""Which names the code of a test reads when it is run, as far as its text shows.

A test that defines functions and never calls them cannot fail: any program would pass it.
"""

from __future__ import annotations

import ast

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def reached_names(tree: ast.Module) -> set[str]:
    """Returns the names that are read when ``tree`` is executed as a module that is not ``__main__``.

    The body of a function, and those of a class's methods, count once the function's or the class's name is read, or where it
    has a decorator, which may keep it.  A coroutine that is made and dropped does not run.
    """
    finder = _Finder()
    finder.visit(tree)
    while waiting := [name for name in finder.bodies if name in finder.names]:
        for name in waiting:
            for body in finder.bodies.pop(name):
                finder.visit_all(body)
    return finder.names


class _Finder(ast.NodeVisitor):
    """Collects names, and the bodies that wait for one."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.bodies: dict[str, list[list[ast.stmt]]] = {}
        self._coroutines: set[str] = set()
        self._owner = ""  # the class whose body is being read

    def visit_all(self, nodes: list[ast.stmt]) -> None:
        for node in nodes:
            self.visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.names.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._read_function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._coroutines.add(node.name)
        self._read_function(node)

    def _read_function(self, node: _Function) -> None:
        for each in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(each)
        if node.decorator_list:
            self.visit_all(node.body)
        else:
            self.bodies.setdefault(self._owner or node.name, []).append(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for each in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(each)
        outer, self._owner = self._owner, self._owner or node.name
        self.visit_all(node.body)
        self._owner = outer

    def visit_If(self, node: ast.If) -> None:
        if any(isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(node.test)):
            self.visit_all(node.orelse)
        else:
            self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        value = node.value
        dropped = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in self._coroutines
        if not dropped and not isinstance(value, ast.Lambda):
            self.generic_visit(node)
