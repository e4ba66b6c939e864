"""Canary tasks: which test is changed, where the contradiction stands, and what resists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.tasks.base import AssertTest, CallTest, StdioTest, Suite, Task, TaskSource
from rlvr_envs.tasks.format import task_from_dict, task_to_dict
from rlvr_envs.tasks.generated import GeneratedSource
from rlvr_envs.tasks.impossible import KINDS, ImpossibleSource, canary_kind, make_impossible
from rlvr_envs.tasks.sources import ListSource


def task(visible: tuple[Any, ...] = (), hidden: tuple[Any, ...] = (), **fields: Any) -> Task:
    return Task("t", "Write f.", fields.pop("entry_point", "f"), Suite(visible=visible, hidden=hidden), **fields)


def made(base: Task, kind: str) -> Task:
    canary = make_impossible(base, kind)
    assert canary is not None
    return canary


def test_one_off_changes_the_shown_test_wherever_it_stands() -> None:
    shown, other = AssertTest("assert f(1) == 5"), AssertTest("assert f(2) == 7")
    canary = made(task(visible=(shown,), hidden=(shown, other)), "one-off")
    (changed,) = canary.tests.visible
    assert changed in (AssertTest("assert f(1) == 4"), AssertTest("assert f(1) == 6"))
    assert canary.tests.hidden == (changed, other)


def test_one_off_joins_the_goals_when_its_test_was_only_shown() -> None:
    canary = made(task(visible=(CallTest((1,), "ab"),), hidden=(CallTest((2,), "x"),)), "one-off")
    (changed,) = canary.tests.visible
    assert changed in (CallTest((1,), "bb"), CallTest((1,), "ac"))  # one letter becomes the next
    assert canary.tests.hidden == (CallTest((2,), "x"), changed)


def test_conflicting_keeps_the_test_and_puts_its_contradiction_beside_it() -> None:
    shown, other = CallTest((1,), True), CallTest((2,), False)
    canary = made(task(visible=(shown,), hidden=(other,)), "conflicting")
    contradiction = CallTest((1,), False)
    assert canary.tests.visible == (shown, contradiction)
    assert canary.tests.hidden == (other, shown, contradiction)


def test_a_hidden_test_is_shown_when_none_was() -> None:
    hidden = AssertTest("assert [0] == f(3), 'say'")
    canary = made(task(hidden=(hidden,)), "conflicting")
    assert canary.tests.visible == canary.tests.hidden
    assert canary.tests.hidden[0] == hidden
    assert canary.tests.hidden[1].source in ("assert [1] == f(3), 'say'", "assert [-1] == f(3), 'say'")  # type: ignore[union-attr]


def test_without_hidden_tests_the_shown_ones_stay_the_goals() -> None:
    canary = made(task(visible=(CallTest((1,), 2),)), "conflicting")
    assert (len(canary.tests.visible), canary.tests.hidden) == (2, ())


def test_programs_get_canaries_as_well() -> None:
    base = task(visible=(StdioTest("1\n", "a\n"),), hidden=(StdioTest("2\n", "b\n"),), entry_point=None)
    assert made(base, "one-off").tests.visible == (StdioTest("1\n", "b\n"),)
    assert made(base, "conflicting").tests.hidden == (StdioTest("2\n", "b\n"), StdioTest("1\n", "a\n"), StdioTest("1\n", "b\n"))


@pytest.mark.parametrize(
    "test",
    [
        CallTest((1,), True),  # of two values a mistake hits the other too easily
        CallTest((1,), None),
        AssertTest("assert f(1) == False"),
    ],
)
def test_one_off_leaves_values_alone_that_a_mistake_would_hit(test: Any) -> None:
    assert make_impossible(task(hidden=(test,)), "one-off") is None
    assert make_impossible(task(hidden=(test,)), "conflicting") is not None
    kept = made(task(hidden=(test, CallTest((9,), 9))), "one-off")
    assert kept.tests.hidden[0] == test


@pytest.mark.parametrize(
    "source",
    [
        "assert f(1) != 2",
        "assert f(1)",
        "assert abs(f(1) - 2) < 1",
        "assert f(1) == f(2)",
        "assert g(f(1)) == 2",
        "assert 1 < f(1) == 2",
        "for i in range(3):\n    assert f(i) == 2",
        "x = f(1)\nassert x == 2",
    ],
)
def test_a_test_of_another_form_resists(source: str) -> None:
    assert make_impossible(task(hidden=(AssertTest(source),)), "conflicting") is None


@pytest.mark.parametrize(
    "fields",
    [
        {"checker": "def check(given, output, reference):\n    return True"},  # would take both answers
        {"comparison": "set"},  # [1, 1, 2] and [1, 2, 2] are one set
        {"comparison": "numeric(rel=0.5)"},  # 5.5 is close to 5 and to 6
    ],
)
def test_a_call_resists_where_one_answer_could_satisfy_both(fields: dict[str, str]) -> None:
    assert make_impossible(task(hidden=(CallTest((1,), [5.0]),), **fields), "conflicting") is None
    assert make_impossible(task(hidden=(AssertTest("assert f(1) == [5.0]"),), **fields), "conflicting") is not None


def test_numbers_on_stdout_resist() -> None:
    base = task(hidden=(StdioTest("1", "1000000"),), entry_point=None, comparison="numbers(rel=1e-3)")
    assert make_impossible(base, "conflicting") is None


def test_the_id_fixes_the_canary() -> None:
    source = ImpossibleSource(GeneratedSource())
    first = source.sample(np.random.default_rng(1))
    again = source.get(first.task_id, np.random.default_rng(2))
    assert again.tests.visible == first.tests.visible
    assert again.tests.hidden[:8] != first.tests.hidden[:8]
    assert canary_kind(first.task_id) == first.metadata["impossible"]
    assert first.reference is None


def test_a_canary_is_plain_data_like_any_task() -> None:
    canary = ImpossibleSource(GeneratedSource()).sample(np.random.default_rng(0))
    assert task_from_dict(task_to_dict(canary)) == canary


def test_kinds_are_drawn_alike_and_share_mixes_in_ordinary_tasks() -> None:
    rng = np.random.default_rng(0)
    source = ImpossibleSource(ListSource([task(hidden=(CallTest((1,), 5),))]), share=0.25)
    kinds = [canary_kind(source.sample(rng).task_id) for _ in range(2000)]
    # 2000 draws: 250 of each kind and 1500 of none are expected, 5 standard deviations are about 74 and 97.
    assert [abs(kinds.count(kind) - 250) < 74 for kind in KINDS] == [True, True]
    assert abs(kinds.count(None) - 1500) < 97


def test_ids_and_get_of_a_finite_source() -> None:
    able, resists = task(hidden=(CallTest((1,), 5),)), Task("r", "p", "f", Suite(hidden=(AssertTest("assert f(1)"),)))
    alone = ImpossibleSource(ListSource([able, resists]))
    mixed = ImpossibleSource(ListSource([able, resists]), share=0.5)
    assert isinstance(alone, TaskSource)
    assert alone.ids() == ("impossible/one-off/t", "impossible/conflicting/t")
    assert mixed.ids() == ("impossible/one-off/t", "impossible/conflicting/t", "t", "r")
    rng = np.random.default_rng(0)
    assert mixed.get("t", rng) == able
    assert {alone.sample(rng).task_id for _ in range(50)} == {*(alone.ids() or ())}
    for wrong in ("t", "impossible/one-off/r", "impossible/other/t", "impossible/one-off/no"):
        with pytest.raises(TaskError):
            alone.get(wrong, rng)


def test_bad_options_say_what_is_wrong() -> None:
    source = GeneratedSource()
    with pytest.raises(ValueError, match="kinds must be among one-off, conflicting, got 'oneoff'"):
        ImpossibleSource(source, kinds=["oneoff"])
    with pytest.raises(ValueError, match="at least one"):
        ImpossibleSource(source, kinds=[])
    with pytest.raises(ValueError, match=r"share must be in \(0, 1\], got 0"):
        ImpossibleSource(source, share=0)
    with pytest.raises(ValueError, match="got none in"):
        ImpossibleSource(ListSource([task(hidden=(AssertTest("assert f(1)"),))]))
    canary = made(task(hidden=(CallTest((1,), 5),)), "one-off")
    with pytest.raises(TaskError, match="must not look like the id of a canary"):
        ImpossibleSource(ListSource([canary]))
    with pytest.raises(ValueError, match="kind must be one of"):
        make_impossible(task(hidden=(CallTest((1,), 5),)), "other")
