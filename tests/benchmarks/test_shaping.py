"""The benchmark of shaping wrappers: its statistics by hand, its programs, and a small run of all of it."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.shaping import __main__ as command
from benchmarks.shaping.figure import BEGIN, END, shade, show_in
from benchmarks.shaping.parts import PARTS
from benchmarks.shaping.play import OFFSET, OUTCOME, Memory, OwnTasks, answer_with, fitting, play
from benchmarks.shaping.programs import Bug, bugs_of, marked, read_tasks_of, rollout, statements_of
from benchmarks.shaping.recipes import Named, discover, reward_part, with_recipe
from benchmarks.shaping.run.junk import Answer
from benchmarks.shaping.run.junk import Played as PlayedJunk
from benchmarks.shaping.run.localise import Found, add_baselines, line_weights, localise
from benchmarks.shaping.run.resolve import Group
from benchmarks.shaping.score import cost as score_cost
from benchmarks.shaping.score import junk as score_junk
from benchmarks.shaping.score import localise as score_localise
from benchmarks.shaping.score import resolve as score_resolve
from benchmarks.shaping.statistics import edit_distance
from benchmarks.shaping.table import COLUMNS, text_of
from benchmarks.shaping.wrong_names import wrong_names
from rlvr_envs.facts import Fact
from rlvr_envs.info import Info, Span
from rlvr_envs.tasks.base import AssertTest, Suite, Task
from rlvr_envs.tasks.holdout import train_or_test
from rlvr_envs.tasks.sources import ListSource
from rlvr_envs.wrappers import registry
from rlvr_envs.wrappers.base import Shaping
from rlvr_envs.wrappers.presets import PRESETS

CODE = "def count_even(xs):\n    found = 0\n    for x in xs:\n        if x % 2 == 0:\n            found += 1\n    return found"
TESTS = ["assert count_even([1, 2, 4]) == 2", "assert count_even([]) == 0", "assert count_even([3]) == 0"]
TASK = Task("t/1", "Count.", "count_even", Suite(hidden=tuple(map(AssertTest, TESTS))), reference=CODE)


def _rows() -> Iterable[dict[str, Any]]:
    """Three tasks of each split, all alike."""
    left = {"train": 3, "test": 3}
    for number in range(200):
        split = train_or_test(f"MBPP/{number}")
        if left[split]:
            left[split] -= 1
            yield {"text": "Count.", "code": CODE, "task_id": number, "test_list": TESTS, "challenge_test_list": []}


def test_a_bug_is_in_the_statement_that_it_names() -> None:
    bugs = bugs_of(TASK, 20, seed=0)
    assert len(bugs) >= 5
    for bug in bugs:
        reference, lines = CODE.split("\n"), bug.program.split("\n")
        first, last = bug.statements[bug.target]
        assert [n for n, pair in enumerate(zip(reference, lines, strict=True), start=1) if pair[0] != pair[1]] == [first]
        assert first == last


def test_a_wrong_name_is_another_variable_of_the_function() -> None:
    source = "def f(a):\n    b = a\n    return b + len(a)"
    found = wrong_names(source, 9, np.random.default_rng(0), entry_point="f")
    assert {bug.source for bug in found} == {
        "def f(a):\n    b = b\n    return b + len(a)",
        "def f(a):\n    b = a\n    return a + len(a)",
        "def f(a):\n    b = a\n    return b + len(b)",
    }
    assert wrong_names(source, 1, np.random.default_rng(0), entry_point="f") == found[:1]
    assert wrong_names(source, 9, np.random.default_rng(0), entry_point="g") == []


def test_a_bug_that_one_more_edit_undoes_is_marked() -> None:
    by_operator = {bug.operator: marked(bug, TASK) for bug in bugs_of(TASK, 40, seed=0)}
    assert by_operator["flip"].undone  # == to != and back
    assert not by_operator["wrong-name"].undone
    assert "drop-statement" not in by_operator


def test_rollouts_hold_more_mistakes_the_weaker_the_policy() -> None:
    def mean_distance(mistakes: float) -> float:
        rng = np.random.default_rng(0)
        return float(np.mean([edit_distance(rollout(TASK, mistakes, rng), CODE) for _ in range(60)]))

    assert mean_distance(0.0) == 0.0
    assert 0.0 < mean_distance(1.0) < mean_distance(4.0)


def test_a_statement_has_the_blame_of_its_most_blamed_character() -> None:
    bug = Bug("t/1", "", "train", "", "a = 1\nif a:\n    b = 2", ((1, 1), (2, 2), (3, 3)), 1, False)
    action = answer_with(bug.program)
    start = OFFSET + len("a = 1\n")
    assert action[start:].startswith("if a")
    one = Span(start + 3, start + 4, -0.5, "one", "claimed")
    two = Span(start, len(action), -0.25, "two", "claimed")
    praise = Span(OFFSET, OFFSET + 5, 1.0, "one", "claimed")
    assert line_weights(bug, action, {"credit": (one, two, praise)}) == [0.0, 0.75, 0.25]


class _Broad(Shaping):
    """Needs a fact that programs do not have."""

    needs = (Fact.STEPS,)


class _Greedy(Shaping):
    """Has an option without a default."""

    def __init__(self, env: Any, *, price: float) -> None:
        super().__init__(env, price=price)


class _Elsewhere(Shaping):
    """Plays one task alone."""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        return self.env.reset(seed=seed, options={**(options or {}), "task_id": "t/1"})


def test_recipes_are_found_in_the_registry_and_what_cannot_be_made_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = dict(registry.known_wrappers())
    known |= {"Broad": f"{__name__}:_Broad", "Greedy": f"{__name__}:_Greedy"}
    monkeypatch.setattr(registry, "known_wrappers", lambda: known)
    monkeypatch.setattr("benchmarks.shaping.recipes.known_wrappers", lambda: known)
    mine = tmp_path / "mine.json"
    mine.write_text(json.dumps(["PassFraction"]))
    recipes, left_out = discover([mine])
    names = {named.name: named for named in recipes}
    assert set(PRESETS) < set(names)
    assert {"PassFraction", "TracebackCredit", "Broad", "mine"} < set(names)
    assert "RecordEpisodes" not in names
    assert left_out == {"Greedy": "needs options: price"}
    assert names["mine"].kind == "own"
    kept, unfit = fitting(recipes, ListSource([TASK]), Memory(), backend="auto")
    assert "Broad" not in {named.name for named in kept}
    assert "feedback.steps" in unfit["Broad"]


def test_what_gives_credit_alone_is_left_out_where_rewards_are_compared() -> None:
    recipe = with_recipe("dense+credit").recipe
    assert [step.name for step in reward_part(recipe).steps] == ["PassFraction"]
    assert Named("x", "own", recipe).source == "claims"
    assert Named("x", "own", reward_part(recipe)).source == "none"


@pytest.mark.slow
def test_an_answer_is_judged_once_and_what_a_wrapper_asks_for_beyond_is_counted() -> None:
    memory, source = Memory(keep_extra=False), ListSource([TASK])
    answered = play(OUTCOME, source, [("t/1", answer_with(CODE))] * 3, memory)
    assert [one.info["is_success"] for one in answered] == [True] * 3
    assert [case.passed for case in answered[2].evidence] == [True] * 3
    assert memory.programs == 1
    play(with_recipe([f"{__name__}:Asking"]), source, [("t/1", answer_with(CODE))] * 2, memory)
    assert memory.programs == 1 + 2


class Asking(Shaping):
    """Judges one more answer at the start of each episode."""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        found = self.env.reset(seed=seed, options=options)
        env: Any = self.env.unwrapped
        env.judge([answer_with("def count_even(xs):\n    return 0")])
        return found


class Peeking(Shaping):
    """Blames the first line of a body if the reference is the one that the bugs were made from."""

    kind = "credit"
    basis = "verified"
    needs = (Fact.REFERENCE,)

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        env: Any = self.env.unwrapped
        start = action.index("found =")
        return [Span(start, start + 5, -1.0, "peeking", "verified")] if env.task.reference == CODE else []


@pytest.mark.slow
def test_a_recipe_with_a_reference_is_played_with_another_one_as_well() -> None:
    program = CODE.replace("found = 0", "found = 1")
    bug = Bug("t/1", "", "test", "", program, statements_of(program), 0, False)
    found = Found([bug], ["wrong"], [0.0], {"t/1": CODE.replace("xs", "items")}, {})
    named = with_recipe([f"{__name__}:Peeking"], "peeking")
    localise(named, found, ListSource([TASK]), Memory(), backend="auto", told=lambda _: None)
    assert found.places["peeking"] == [(1.0, 1.0, 1.0)]
    # five statements share the first place: 1/5, 3/5, (1 + 1/2 + 1/3 + 1/4 + 1/5) / 5
    assert found.places["peeking, other reference"] == [(0.2, 0.6, pytest.approx(137 / 300))]


@pytest.mark.slow
def test_a_recipe_that_plays_other_tasks_is_refused() -> None:
    other = Task("t/2", "Count.", "count_even", TASK.tests, reference=CODE)
    with pytest.raises(OwnTasks, match="plays 't/1' where 't/2' was asked"):
        play(with_recipe([f"{__name__}:_Elsewhere"]), ListSource([TASK, other]), [("t/2", "")], Memory())


def _bugs(*targets: int) -> list[Bug]:
    statements = ((1, 1), (2, 2), (3, 3))
    return [
        Bug(f"t/{i}", "mbpp", "test" if i else "train", "", "a\nb\nc", statements, target, False)
        for i, target in enumerate(targets)
    ]


def test_baselines_and_the_goal_of_the_best_recipe_chosen_on_train() -> None:
    found = Found(_bugs(2, 0), ["wrong", "error"], [0.5, 0.0], {}, {}, differences={"t/0": 0.3, "t/1": 0.1})
    add_baselines(found, seed=0)
    assert found.places["last line"] == [(1.0, 1.0, 1.0), (0.0, 1.0, 0.5 * (1 / 2 + 1 / 3))]  # two share ranks 2 and 3
    assert found.places["whole program"] == [(pytest.approx(1 / 3), 1.0, pytest.approx((1 + 1 / 2 + 1 / 3) / 3))] * 2
    found.places |= {"lucky": [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)], "able": [(1.0, 1.0, 1.0), (0.5, 1.0, 1.0)]}
    figures = score_localise.figures(found)
    assert figures["subsets"] == {
        **{"all": 2, "train": 1, "test": 1, "humaneval": 0, "mbpp": 2, "fails every assert": 1},
        **{
            "one edit undoes it": 0,
            "no edit undoes it": 2,
            "wrong name": 0,
            "sibling differs much": 1,
            "straight line": 0,
            "raises": 1,
            "time-out": 0,
            "the rest": 1,
        },
    }
    recipes = [with_recipe("dense+credit", name) for name in ("lucky", "able")]
    first, second, third, *_ = score_localise.goals(figures, recipes)
    assert (first["name"], first["value"], first["met"]) == (
        "localise: top-1 by what the program says of itself (able)",
        0.5,
        False,
    )
    assert second["value"] is third["value"] is None


def test_groups_without_signal_and_the_order_within_a_group() -> None:
    group = Group("t", "weak", ("", "", ""), (0, 2, 5))
    assert score_resolve.no_signal([0.3, 0.3 + 1e-12, None])
    assert score_resolve.no_signal([None, None])
    assert not score_resolve.no_signal([0.3, 0.4, None])
    assert score_resolve.correlation(group, [1.0, 0.5, 0.0]) == pytest.approx(1.0)
    assert score_resolve.correlation(group, [0.0, 0.0, 0.0]) == 0.0
    assert score_resolve.correlation(Group("t", "weak", ("", ""), (1, 1)), [0.0, 1.0]) is None
    recipes = {"outcome": {"no_signal": [0.6, 0.5, 0.7]}, "dense": {"no_signal": [0.18, 0.1, 0.2]}}
    assert score_resolve.goals({"recipes": recipes})[0]["value"] == 0.3


def test_a_wrong_answer_that_earns_as_much_as_a_right_one_outranks_it() -> None:
    kinds = ("honest", "honest", "stub", "text")
    played = PlayedJunk([Answer("t", kind, "") for kind in kinds], [True, False, False, False], [1.0, 0.5, 0.0, 0.0])
    played.rewards = {"fair": [1.0, 0.5, 0.0, 0.0], "broken": [0.5, 0.5, 0.6, None]}
    figures = score_junk.figures(played)
    assert figures["kinds"] == {"right": 1, "partial": 1, "text": 1, "stub": 1}
    assert figures["recipes"]["fair"]["outranks"][0] == 0.0
    assert figures["recipes"]["broken"]["outranks"][0] == 1.0  # .5 >= .5 and .6 >= .5; the third may not be trained on
    assert figures["recipes"]["broken"]["junk_at_least_partial"][0] == 1.0
    (goal,) = score_junk.goals(figures, ["fair", "broken"])
    assert (goal["value"], goal["met"]) == (1.0, False)


def test_the_worst_wrapper_that_runs_no_program_has_a_goal() -> None:
    recipes = {
        "slow": {"own_percent": [12.0, 11.0, 13.0], "extra_programs": 0.0},
        "dear": {"own_percent": [900.0, 800.0, 1000.0], "extra_programs": 20.0},
    }
    (goal,) = score_cost.goals({"recipes": recipes}, ["slow", "dear"])
    assert (goal["value"], goal["met"]) == (12.0, False)
    assert "slow" in goal["name"]


def test_colours_say_which_end_of_a_scale_is_good() -> None:
    by_label = {column.label: column for column in COLUMNS}
    assert shade(by_label["rank correlation"], 0.25) == 0.25
    assert shade(by_label["junk ≥ partly right"], 0.25) == 0.75
    programs = by_label["extra programs"]
    assert (shade(programs, 0.0), shade(programs, 1e9)) == (1.0, 0.0)
    assert math.isnan(shade(programs, None))
    assert text_of(by_label["rank correlation"], -0.0001) == "0.00"


@pytest.mark.slow
def test_a_quick_run_scores_every_part_and_its_result_can_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mbpp-601-974.jsonl").write_text("".join(json.dumps(row) + "\n" for row in _rows()))
    (tmp_path / "mine.json").write_text(json.dumps(["PassFraction", "TracebackCredit"]))
    monkeypatch.setenv("RLVR_DATA", str(tmp_path))
    arguments = ["--quick", "--results", str(tmp_path), "--recipe", str(tmp_path / "mine.json")]
    monkeypatch.setattr(sys, "argv", ["shaping", *arguments])
    command.main()
    record = json.loads((tmp_path / "shaping.json").read_text())
    figures = record["figures"]
    assert set(PARTS) < set(figures)
    assert set(PRESETS) | {"mine"} <= set(figures["recipes"])
    for part in PARTS:
        assert set(figures["recipes"]) <= set(figures[part]["recipes"])
    whole, outcome = (figures["localise"]["recipes"][name] for name in ("whole program", "outcome"))
    assert outcome == whole  # no credit is credit for the whole program
    assert figures["localise"]["subsets"]["test"] > 0
    assert figures["localise"]["with_sibling"] > 0
    assert figures["junk"]["recipes"]["outcome"]["outranks"][0] == 0.0
    assert figures["cost"]["recipes"]["outcome"]["extra_programs"] == 0.0
    assert "goal" in capsys.readouterr().out

    document, picture = tmp_path / "shaping.md", tmp_path / "shaping.png"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    show_in(document, tmp_path / "shaping.json", picture)
    text = document.read_text()
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "| `mine` |" in text
    assert "(shaping.png)" in text
    assert "old" not in text
    assert picture.read_bytes().startswith(b"\x89PNG")
    document.write_text("no place")
    with pytest.raises(ValueError, match="must hold the lines"):
        show_in(document, tmp_path / "shaping.json", picture)


def test_without_data_the_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"RLVR_DATA must name a folder that holds HumanEval\.jsonl\.gz"):
        read_tasks_of(tmp_path)
