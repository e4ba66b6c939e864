"""Parsing the Python code of task files (never running it)."""

from __future__ import annotations

import ast

from rlvr_envs.errors import TaskError
from rlvr_envs.parsing import syntax


def parse_python(source: str, field: str) -> ast.Module:
    """Returns the syntax tree of ``source``.

    Raises:
        TaskError: It does not parse; the error names ``field``.
    """
    try:
        return syntax.parse_python(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise TaskError(rule=f"must parse as Python ({error})", field=field, value=source) from None
