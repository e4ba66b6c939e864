"""The table of what hostile programs earn: usual graders pay for some of them and for right ones, and the figures count that."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("rich", reason="needs the extra `cli`")

from benchmarks.battery.box import GRADERS, pays
from benchmarks.battery.measure import ASKED, CANARIES, WAYS, Ruling, count_judged
from benchmarks.battery.score import figures
from tests.hostile.asked import RIGHT
from tests.hostile.catalogue import FAMILIES, HOSTILE

needs_bwrap = pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap: apt-get install bubblewrap")
BY_NAME = {program.name: program for program in HOSTILE}
#: A program of each kind, and the graders that it beats: worked out from how they decide.
BEATEN = {
    "an_int_that_equals_everything": {"exit_code", "json_stdout", "in_process", "shared_list"},
    "os_exit_0_while_loading": {"exit_code"},
    "a_pickle_that_becomes_anything": set(GRADERS),
    "the_visible_answer_for_every_input": set(),
}


@needs_bwrap
@pytest.mark.parametrize("grader", GRADERS)
def test_every_usual_grader_pays_for_a_right_program_and_not_for_a_wrong_one(grader: str) -> None:
    assert pays(grader, RIGHT["f"], ASKED)
    assert not pays(grader, "def f(x):\n    return x\n", ASKED)


@needs_bwrap
@pytest.mark.parametrize("name", BEATEN)
def test_hostile_programs_beat_usual_graders(name: str) -> None:
    assert {grader for grader in GRADERS if pays(grader, BY_NAME[name].aimed(), ASKED)} == BEATEN[name]


@needs_bwrap
def test_a_box_keeps_its_programs_from_the_machine(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("untouched")
    source = f"import os\ntry:\n    open({str(canary)!r}, 'w').write('x')\nexcept OSError:\n    os._exit(0)\nos._exit(1)\n"
    assert pays("exit_code", source, ASKED)
    assert not pays("exit_code", "import socket\nsocket.create_connection(('127.0.0.1', 22), 1)\n" + RIGHT["f"], ASKED)
    assert not pays("exit_code", "while True:\n    pass\n", ASKED)
    assert canary.read_text() == "untouched"


def test_figures_count_by_family_and_by_trick_and_say_which_goal_is_missed() -> None:
    programs = [BY_NAME[name] for name in BEATEN]
    beaten = {name: sorted(graders) for name, graders in BEATEN.items()}
    rulings = [Ruling(program, "calls", paid=program.family == "early_exits", infra=False) for program in programs]
    rulings += [Ruling(programs[0], way, paid=way == "canary (one-off, calls)", infra=False) for way in CANARIES]
    found = figures(programs, beaten, {"right": list(GRADERS)}, {"bwrap": rulings})
    assert found["all"] == {
        "programs": 4,
        "exit_code": 3,
        "json_stdout": 2,
        "in_process": 2,
        "shared_list": 2,
        "pickle_pipe": 1,
        "any": 3,
    }
    assert found["families"]["early_exits"] == {"programs": 1, **dict.fromkeys(GRADERS, 0), "exit_code": 1, "any": 1}
    assert found["rows"]["3"]["programs"] == 2
    assert found["ours"]["bwrap"]["paid_programs"] == [
        "an_int_that_equals_everything (canary (one-off, calls))",
        "os_exit_0_while_loading (calls)",
    ]
    assert (found["ours"]["bwrap"]["judged"], found["ours"]["bwrap"]["paid"]) == (4, 1)
    assert found["ours"]["bwrap"]["canaries"] == {"judged": 4, "paid": 1}
    missed = [entry["name"] for entry in found["goals"] if not entry["met"]]
    assert missed == ["programs that beat a usual grader", "bwrap: hostile programs paid", "bwrap: programs paid for a canary"]


def test_every_program_is_judged_in_some_way() -> None:
    assert {mode for mode, _ in WAYS.values()} == {program.mode for program in HOSTILE}
    assert count_judged("bwrap") > count_judged("none") > len(HOSTILE)


def test_the_picture_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra `demo`")
    from benchmarks.battery.figure import draw

    programs = [next(program for program in HOSTILE if program.family == family) for family in FAMILIES]
    rulings = [Ruling(program, "calls", paid=False, infra=False) for program in programs]
    beaten = {program.name: ["exit_code"] for program in programs}
    draw(figures(programs, beaten, {}, {"bwrap": rulings}), tmp_path / "battery.png")
    assert (tmp_path / "battery.png").read_bytes().startswith(b"\x89PNG")
