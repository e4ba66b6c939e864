"""The comparison with other libraries, as far as it runs without them."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.goals import goal, goal_line
from benchmarks.peers.contestants import PEERS, Contestant, NotInstalled, own, prepare
from benchmarks.peers.measure import Driver, DriverFailed, Measured, Turn, measure, turns
from benchmarks.peers.score import figures, goals_of, markdown, misjudged, ratio
from benchmarks.peers.tasks import FAMILIES, KINDS, TEST_WORDS, best_run, make_tasks, rotated, smallest_factors, tally, zigzag
from benchmarks.results import RESULTS

TASKS = make_tasks(5, seed=0)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    contestant = own("auto")
    place = prepare(contestant, tmp_path_factory.mktemp("cache"), sys.executable)
    with Driver(contestant, place, TASKS) as running:
        yield running


def test_the_families_compute_what_their_texts_say() -> None:
    assert zigzag("3 1 -4") == "7"  # 2 + 5
    assert best_run("-2 5 -1 4 -9 7") == "8"  # 5 - 1 + 4
    assert smallest_factors("15 -4 7 1 0") == "3\n2\n7\n0\n0"
    assert tally("b a b c a b") == "b 3\na 2\nc 1"
    assert rotated("1 2 3 4 5 6 7") == "6 7 1 2 3 4 5"


def test_tasks_depend_on_the_seed_alone_and_have_four_tests() -> None:
    assert make_tasks(5, seed=0) == TASKS
    assert make_tasks(5, seed=1) != TASKS
    assert [len(stdin.split()) for stdin, _ in TASKS[0].tests] == list(TEST_WORDS)
    assert len({task.id for task in make_tasks(2 * len(FAMILIES), seed=0)}) == 2 * len(FAMILIES)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["single", "batch"])
@pytest.mark.parametrize(
    ("kind", "solved", "verdict"), [("right", True, "solved"), ("wrong", False, "wrong"), ("raising", False, "error")]
)
def test_each_kind_of_answer_is_what_its_name_says(driver: Driver, way: str, kind: str, solved: bool, verdict: str) -> None:
    answer = driver.ask(do=way, kind=kind, seconds=0.0, size=len(TASKS))
    assert len(answer["seconds"]) == 1
    assert answer["told"] == [[kind == "right", verdict]] * (1 if way == "single" else len(TASKS))


@pytest.mark.slow
def test_single_steps_go_on_until_the_time_is_up(driver: Driver) -> None:
    answer = driver.ask(do="single", kind="right", seconds=0.1)
    assert sum(answer["seconds"][:-1]) < 0.1 <= sum(answer["seconds"])


@pytest.mark.slow
def test_a_library_that_is_not_there_is_told_and_leaves_the_others_alone(driver: Driver, tmp_path: Path) -> None:
    missing = Contestant("missing", "drive_deepgym.py")
    with pytest.raises(DriverFailed, match="No module named 'deepgym'"):
        Driver(missing, prepare(missing, tmp_path, sys.executable), TASKS)
    with Driver(own("direct"), prepare(own("direct"), tmp_path, sys.executable), TASKS) as dead:
        os.killpg(dead._process.pid, signal.SIGKILL)
        failures: dict[str, str] = {}
        plan = [Turn(name, "right", "single", 0.0, 1) for name in ("dead", "open", "dead", "open")]
        results = measure({"dead": dead, "open": driver}, plan, failures)
    assert list(failures) == ["dead"]
    assert {key: found.answers for key, found in results.items()} == {("open", "right", "single"): 2}


@pytest.mark.slow
def test_what_pip_cannot_install_is_told_in_its_words(tmp_path: Path) -> None:
    peer = Contestant("gone", "drive_gem.py", requirements=(str(tmp_path / "gone-1.0-py3-none-any.whl"),))
    with pytest.raises(NotInstalled, match=r"gone-1\.0-py3-none-any\.whl"):
        prepare(peer, tmp_path, sys.executable)
    with pytest.raises(NotInstalled, match="broken"):
        prepare(peer, tmp_path, _script(tmp_path / "python", "echo 'the interpreter is broken' >&2; exit 3"))


def _script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_turns_are_interleaved_and_endless_answers_have_rounds_of_their_own() -> None:
    plan = list(turns(["a", "b"], rounds=2, seconds=0.5, size=8, endless_rounds=1))
    assert [(turn.name, turn.kind, turn.way) for turn in plan[:4]] == [
        ("a", "right", "single"),
        ("b", "right", "single"),
        ("a", "right", "batch"),
        ("b", "right", "batch"),
    ]
    assert Counter(turn.kind for turn in plan) == {"right": 8, "wrong": 8, "raising": 8, "endless": 4}
    assert {(turn.seconds, turn.size) for turn in plan if turn.kind == "endless"} == {(0.0, 4)}


def made(rates: list[float], *, solved: int = 0, answers: int = 2) -> Measured:
    return Measured(rates=rates, seconds=[1 / rate for rate in rates], solved=solved, answers=answers, told=Counter(said=answers))


def test_a_ratio_is_the_median_over_rounds_and_stands_beside_its_goal() -> None:
    ours, theirs = made([100.0, 300.0, 200.0]), made([10.0, 10.0, 10.0])
    assert ratio(ours, theirs) == 20.0  # the median of 10, 30 and 20
    results = {("rlvr, auto", "right", "single"): ours, ("GEM", "right", "single"): theirs}
    found = {entry["name"]: entry for entry in goals_of(results, "rlvr, auto", PEERS[:1])}
    assert len(found) == 6
    assert found["faster than GEM: right, single"] == goal("faster than GEM: right, single", 20.0, ">=", 10.0)
    assert found["faster than GEM: right, single"]["met"]
    assert not found["faster than GEM: right, batch"]["met"]  # not measured
    assert "not measured" in goal_line(found["faster than GEM: right, batch"])


def test_goals_say_plainly_whether_they_are_met() -> None:
    assert goal_line(goal("speed", 9.9, ">=", 10.0)).endswith("9.9 x   goal >= 10 x: MISSED")
    assert goal_line(goal("left over", 0, "<=", 0, "MiB")).endswith("0 MiB   goal <= 0 MiB: met")


def test_answers_taken_for_what_they_are_not_are_counted() -> None:
    results = {
        ("a", "right", "single"): made([1.0], solved=1, answers=3),  # two right ones refused
        ("a", "wrong", "batch"): made([1.0], solved=1, answers=3),  # a wrong one paid
        ("b", "right", "single"): made([1.0], solved=3, answers=3),
    }
    assert misjudged(results) == {"a": 3, "b": 0}


def shown(names: list[str]) -> dict[str, Any]:
    results = {(name, kind, way): made([10.0, 20.0]) for name in names for kind in KINDS for way in ("single", "batch")}
    about = {name: {"isolation": "bwrap, level strong", "versions": {"lib": "1"}} for name in names}
    about["rlvr, auto"]["backend"] = "bwrap"  # type: ignore[index]
    return figures(results, about, {"GEM": "cannot be installed: why"}, PEERS, "rlvr, auto")


def test_figures_hold_the_distribution_of_single_steps() -> None:
    found = shown(["rlvr, auto", "DeepGym"])
    assert found["not_measured"] == {"GEM": "cannot be installed: why"}
    latency = found["contestants"]["DeepGym"]["kinds"]["right"]["single"]["latency"]
    at = dict(zip(latency["percentiles"], latency["ms"], strict=True))
    assert (at[0], at[50], at[100]) == (50.0, 75.0, 100.0)


def test_the_table_names_rates_ratios_and_what_was_not_measured() -> None:
    lines = markdown(shown(["rlvr, auto", "DeepGym"])).splitlines()
    assert (
        lines[2] == "| **rlvr, `bwrap`** | bwrap, level strong | 15.0 | 15.0 | - | - | 4 |"
    )  # two right answers refused, each way
    assert lines[3] == "| DeepGym 1 | bwrap, level strong | 15.0 | 15.0 | 1 x | 1 x | 4 |"
    assert lines[-1] == "Not measured in this run: GEM: cannot be installed: why."


def test_the_picture_and_the_table_are_made_from_a_result(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra `demo`")
    from benchmarks.peers.figure import show_in

    figures = shown(["rlvr, auto", "DeepGym"])
    (tmp_path / "peers.json").write_text(json.dumps({"figures": figures}))
    document, picture = tmp_path / "page.md", tmp_path / "images" / "picture.png"
    document.write_text("before\n<!-- peers -->\nold\n<!-- /peers -->\nafter\n")
    for _ in range(2):
        show_in(document, tmp_path / "peers.json", picture)
        assert document.read_text() == f"before\n<!-- peers -->\n\n{markdown(figures)}\n\n<!-- /peers -->\nafter\n"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_document_shows_the_table_of_the_last_result() -> None:
    result = RESULTS / "peers.json"
    if not result.is_file():
        pytest.skip("there is no result yet: python -m benchmarks.peers")
    figures = json.loads(result.read_text(encoding="utf-8"))["figures"]
    assert markdown(figures) in (RESULTS.parents[1] / "docs" / "sandbox.md").read_text(encoding="utf-8"), (
        "write it with: python -m benchmarks.peers --figure"
    )
