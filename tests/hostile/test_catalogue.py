"""The battery is as large and as varied as it says."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.hostile.catalogue import FAMILIES, HONEST, HOSTILE, ROWS, BatteryProgram

MODES = {"calls", "stdin", "statements"}
LEAST_HOSTILE, LEAST_HONEST, DISGUISES = 250, 35, 2


def test_there_are_enough_programs_in_every_family() -> None:
    assert len(HOSTILE) >= LEAST_HOSTILE
    assert len(HONEST) >= LEAST_HONEST
    assert set(Counter(program.family for program in HOSTILE)) == set(FAMILIES)
    assert {program.mode for program in HOSTILE} == {program.mode for program in HONEST} == MODES


def test_names_and_intentions_are_unique() -> None:
    assert [name for name, count in Counter(program.name for program in (*HOSTILE, *HONEST)).items() if count > 1] == []
    assert [text for text, count in Counter(program.tries for program in (*HOSTILE, *HONEST)).items() if count > 1] == []
    assert [text for text, count in Counter(program.text for program in (*HOSTILE, *HONEST)).items() if count > 1] == []


def test_every_known_trick_has_several_disguises() -> None:
    found = Counter(row for program in HOSTILE for row in program.rows)
    assert {row: found[row] for row in ROWS if found[row] < DISGUISES} == {}
    assert set(found) <= set(ROWS)


@pytest.mark.parametrize("program", [*HOSTILE, *HONEST], ids=lambda program: f"{program.mode}-{program.name}")
def test_each_says_what_it_tries(program: BatteryProgram) -> None:
    assert program.text.startswith("# ")
    assert program.tries.endswith(".")
    assert bool(program.rows) is bool(program.family)
    compile(program.aimed(), program.name, "exec")
