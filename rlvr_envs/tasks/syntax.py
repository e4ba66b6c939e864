"""Parsing the Python code of task files (never running it)."""

from __future__ import annotations

import ast
import warnings

from rlvr_envs.errors import TaskError


def parse_python(source: str, field: str) -> ast.Module:
    """Returns the syntax tree of ``source``.

    Raises:
        TaskError: It does not parse; the error names ``field``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in a data set is the data set's business
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise TaskError(rule=f"must parse as Python ({error})", field=field, value=source) from None
