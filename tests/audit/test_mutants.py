"""Mutants: which edits are made where, that each is a program, and that the same seed gives the same ones."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rlvr_envs.audit.mutants import Mutant, draw_mutants, every_mutant

SOURCE = '''
def f(xs: list[int], k=2) -> bool:
    """Docstring with 3."""
    total = 0
    for i in range(len(xs) - 1):
        if xs[i] < k and not xs[i + 1]:
            total += max(xs[i], k)
    return f"{total:>4}" == "7"
'''


def edits(source: str, entry_point: str | None = None) -> list[str]:
    return [str(mutant) for mutant in every_mutant(source, entry_point)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("y = a + b", ["arithmetic@1:4 `a + b` -> `a - b`"]),
        ("y = a - b", ["arithmetic@1:4 `a - b` -> `a + b`", "swap-operands@1:4 `a - b` -> `b - a`"]),
        ("y = a < b", ["boundary@1:4 `a < b` -> `a <= b`", "flip@1:4 `a < b` -> `a >= b`"]),
        ("y = a in b", ["flip@1:4 `a in b` -> `a not in b`"]),
        ("y = a and b", ["boolean@1:4 `a and b` -> `a or b`"]),
        ("y = not a", ["drop-unary@1:4 `not a` -> `a`"]),
        ("y = 0", ["constant-plus@1:4 `0` -> `1`", "constant-minus@1:4 `0` -> `-1`"]),
        ("y = 0.5", ["constant-plus@1:4 `0.5` -> `1.5`", "constant-minus@1:4 `0.5` -> `-0.5`"]),
        ("y = True", ["constant@1:4 `True` -> `False`"]),
        ("y = 'é'", ["constant@1:4 `'é'` -> `''`"]),
        ("y = ''", ["constant@1:4 `''` -> `'?'`"]),
        ("y = f(a, b, c)", ["swap-arguments@1:4 `f(a, b, c)` -> `f(b, a, c)`"]),
        ("y = a[i]", ["plus-one@1:6 `i` -> `i + 1`", "minus-one@1:6 `i` -> `i - 1`"]),
        ("y = a if b else c", ["negate@1:4 `a if b else c` -> `a if not b else c`"]),
        ("y = None", []),
        ("y = f(*a, b)", []),
        ("y = max(a, b) + math.gcd(a, b)", ["arithmetic@1:4 `max(a, b) + math.gcd(a, b)` -> `max(a, b) - math.gcd(a, b)`"]),
        ("y = f'{a}{b:>4}'", []),
        ("y: int = a", []),
    ],
)
def test_edits_by_hand(source: str, expected: list[str]) -> None:
    assert [edit for edit in edits(source) if not edit.startswith("drop-statement")] == expected


def test_columns_count_characters_and_lines_are_those_of_the_source() -> None:
    assert edits("# é\né = 1 < é")[-2:] == ["constant-plus@2:4 `1` -> `2`", "constant-minus@2:4 `1` -> `0`"]


def test_statements_are_dropped_where_python_allows_it() -> None:
    source = "def f(x):\n    while x:\n        x -= 1\n        break\n    return x"
    dropped = [edit for edit in edits(source) if edit.startswith("drop-statement")]
    assert dropped == [
        "drop-statement@3:8 `x -= 1` -> `pass`",
        "drop-statement@4:8 `break` -> `pass`",
        "drop-statement@5:4 `return x` -> `pass`",
    ]


def test_texts_and_annotations_are_left_alone() -> None:
    mutants = every_mutant(SOURCE)
    assert len(mutants) > 20
    for mutant in mutants:
        assert "Docstring with 3." in mutant.source
        assert "xs: list[int]" in mutant.source
        assert ":>4}" in mutant.source or mutant.line == 8  # the edits of the statement itself
    assert edits("def f():\n    'first'\n    'second'") == []


def test_every_mutant_is_a_program_of_its_own() -> None:
    mutants = every_mutant(SOURCE)
    trees = {ast.dump(ast.parse(mutant.source)) for mutant in mutants} | {ast.dump(ast.parse(SOURCE))}
    assert len(trees) == len(mutants) + 1
    assert len({str(mutant) for mutant in mutants}) == len(mutants)
    for mutant in mutants:
        compile(mutant.source, "mutant", "exec")


def test_what_does_not_compile_is_no_mutant() -> None:
    # Without the assignment, `nonlocal` has nothing to refer to: a SyntaxError of the compiler.
    source = "def f():\n    n = g\n    def h():\n        nonlocal n\n    return h"
    assert [edit for edit in edits(source) if "n = g" in edit] == []
    assert every_mutant("def f(:") == []


def test_code_that_the_entry_point_never_reaches_is_left_alone() -> None:
    source = "def unused():\n    return 1\ndef helper():\n    return 2\ndef f():\n    return helper()\nlimit = 3"
    assert {mutant.line for mutant in every_mutant(source)} == {2, 4, 6, 7}
    assert {mutant.line for mutant in every_mutant(source, "f")} == {4, 6, 7}
    assert {mutant.line for mutant in every_mutant(source, "elsewhere.f")} == {2, 4, 6, 7}


def test_drawn_mutants_are_some_of_all_in_their_order() -> None:
    everything = [str(mutant) for mutant in every_mutant(SOURCE)]
    drawn = [str(mutant) for mutant in draw_mutants(SOURCE, 7, np.random.default_rng(3))]
    assert len(drawn) == 7
    assert [edit for edit in everything if edit in drawn] == drawn
    assert len(draw_mutants(SOURCE, 10_000, np.random.default_rng(3))) == len(everything)
    assert draw_mutants(SOURCE, 0, np.random.default_rng(3)) == []
    with pytest.raises(ValueError, match="count must be at least 0, got -1"):
        draw_mutants(SOURCE, -1, np.random.default_rng(3))


def test_the_same_seed_gives_the_same_mutants_in_another_process() -> None:
    code = (
        "import numpy as np; from rlvr_envs.audit.mutants import draw_mutants\n"
        f"for mutant in draw_mutants({SOURCE!r}, 9, np.random.default_rng(5)): print(mutant)"
    )
    here = "".join(f"{mutant}\n" for mutant in draw_mutants(SOURCE, 9, np.random.default_rng(5)))
    environment = {"PYTHONHASHSEED": "99", "PATH": ""}
    command = [sys.executable, "-c", code]
    root = Path(__file__).parents[2]
    there = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    assert there.stdout == here


def test_long_pieces_are_cut_where_they_are_shown() -> None:
    (mutant,) = [each for each in every_mutant(f"y = {'x' * 100} in z") if each.operator == "flip"]
    assert (len(mutant.before), mutant.before[-3:]) == (60, "...")
    assert isinstance(mutant, Mutant)
