"""The tests of each data set as its authors run them: a program made of the answer and the original test, run by plain ``exec``.

Nothing of the project's readers, planner, comparator or sandbox is used here: that is what is checked.  To add a data set, add a
function from a path to programs and a line in :data:`ORIGINALS`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

#: Makes the whole program from the answer's source.
MakeProgram = Callable[[str], str]


def humaneval(path: Path) -> dict[str, MakeProgram]:
    """Returns, for each task, the program that OpenAI's evaluation runs: answer, test, ``check(entry_point)``."""
    return {
        row["task_id"]: lambda answer, row=row: f"{answer}\n{row['test']}\ncheck({row['entry_point']})\n"  # type: ignore[misc]
        for row in _rows(path)
    }


def mbpp(path: Path) -> dict[str, MakeProgram]:
    """Returns, for each task, the program that MBPP's paper describes: answer, set-up code, the asserts of ``test_list``."""

    def program(row: dict[str, Any]) -> MakeProgram:
        tests = "\n".join([*row.get("test_imports", ()), row.get("test_setup_code", ""), *row["test_list"]]).replace("\r\n", "\n")
        return lambda answer: f"{answer}\n{tests}\n"

    return {f"MBPP/{row['task_id']}": program(row) for row in _rows(path)}


def humanevalplus(path: Path) -> dict[str, MakeProgram]:
    """Returns, for each task, what EvalPlus does: each input to the answer and to the reference, and its comparison of the two.

    Written from its description, with the formula of NumPy's ``allclose`` in the place of NumPy.
    """

    def program(row: dict[str, Any]) -> MakeProgram:
        inputs = [*row["base_input"], *row["plus_input"]]
        reference = row["prompt"] + row["canonical_solution"]
        tests = _PLUS.format(given=json.dumps([reference, row["entry_point"], inputs, row["atol"]]), name=row["entry_point"])
        return lambda answer: f"{answer}\n{tests}\n"

    return {row["task_id"]: program(row) for row in _rows(path)}


_PLUS: Final = """
import copy as _copy, math as _math, json as _json

def _floats(value):
    return isinstance(value, float) or isinstance(value, (list, tuple)) and bool(value) and all(map(_floats, value))

def _close(out, expected, atol):
    if isinstance(expected, (list, tuple)):
        return len(out) == len(expected) and all(_close(o, e, atol) for o, e in zip(out, expected))
    return out == expected or abs(out - expected) <= atol + 1e-07 * abs(expected)

def _check(candidate):
    source, name, inputs, atol = _json.loads({given!r})
    own = {{"__name__": "reference"}}
    exec(compile(source, "<reference>", "exec", dont_inherit=True), own)
    for args in inputs:
        expected, out = own[name](*_copy.deepcopy(args)), candidate(*_copy.deepcopy(args))
        if name == "find_zero":
            assert abs(sum(c * out**i for i, c in enumerate(args[0]))) <= atol
        elif out != expected:
            tolerance = atol or (1e-06 if _floats(expected) else 0)
            assert tolerance and type(out) is type(expected) and _close(out, expected, tolerance)

_check({name})
"""


def _rows(path: Path) -> list[dict[str, Any]]:
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


#: Name for ``make_source`` -> the original tests.
ORIGINALS: Final[Mapping[str, Callable[[Path], dict[str, MakeProgram]]]] = {
    "humaneval": humaneval,
    "humanevalplus": humanevalplus,
    "mbpp": mbpp,
}
#: Name -> file in the folder that ``RLVR_DATA`` names.
FILES: Final[Mapping[str, str]] = {
    "humaneval": "HumanEval.jsonl.gz",
    "humanevalplus": "HumanEvalPlus-Mini.jsonl.gz",
    "mbpp": "mbpp-601-974.jsonl",
}
