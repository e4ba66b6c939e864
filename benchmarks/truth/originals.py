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


def _rows(path: Path) -> list[dict[str, Any]]:
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


#: Name for ``make_source`` -> the original tests.
ORIGINALS: Final[Mapping[str, Callable[[Path], dict[str, MakeProgram]]]] = {"humaneval": humaneval, "mbpp": mbpp}
#: Name -> file in the folder that ``RLVR_DATA`` names.
FILES: Final[Mapping[str, str]] = {"humaneval": "HumanEval.jsonl.gz", "mbpp": "mbpp-601-974.jsonl"}
