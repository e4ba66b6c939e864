"""What a later turn changed was wrong in the earlier one."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import gymnasium as gym
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.info import Feedback, Info
from rlvr_envs.wrappers import RepairCredit
from rlvr_envs.wrappers.credit.repair import MAX_COMPARED, repair_of, repair_spans
from rlvr_envs.wrappers.hindsight import with_hindsight
from tests.wrappers.credit.coded import absolute, fenced
from tests.wrappers.credit.scripted import Scripted

WRONG = "def f(x):\n    if x < 0:\n        return x\n    return x"
RIGHT = "def f(x):\n    # the sign\n    if x < 0:\n        return -x\n    return x"


def info(action: str, score: float) -> Info:
    """Returns what would be said of an action that is a program as a whole; "" is none."""
    span = (0, len(action)) if action else (-1, -1)
    return {"score": score, "is_success": score == 1.0, "feedback": Feedback(code_span=span)}


def repaired(before: str, after: str, scores: tuple[float, float] = (0.0, 1.0)) -> tuple[list[str], list[str], list[str]]:
    """Returns the texts of what was wrong, of what was kept, and of the fix."""
    found = repair_of(before, after, info(before, scores[0]), info(after, scores[1]))
    return (
        [before[slice(*piece)] for piece in found.wrong],
        [before[slice(*piece)] for piece in found.kept],
        [after[slice(*piece)] for piece in found.fix],
    )


def test_the_changed_line_was_wrong_and_the_others_were_kept() -> None:
    assert repaired(WRONG, RIGHT) == (["return x"], ["def f(x):\n    if x < 0:", "return x"], ["return -x"])


def test_where_a_line_was_missing_the_one_before_it_was_wrong() -> None:
    assert repaired("a\nc", "a\nb\nc") == (["a"], ["c"], ["b"])
    assert repaired("b", "a\nb") == (["b"], [], ["a"])


def test_a_line_that_was_dropped_was_wrong_and_leaves_no_fix() -> None:
    assert repaired("a\nb\nc", "a\nc") == (["b"], ["a", "c"], [])


def test_another_indentation_is_a_change_and_a_remark_is_none() -> None:
    assert repaired("if a:\n    b\n    c", "if a:\n    # why\n    b  \nc") == (["c"], ["if a:\n    b"], ["c"])


@pytest.mark.parametrize("scores", [(0.5, 0.5), (0.5, 0.25), (1.0, 1.0)])
def test_what_got_no_further_repaired_nothing(scores: tuple[float, float]) -> None:
    assert repaired(WRONG, RIGHT, scores) == ([], [], [])


def test_an_answer_without_a_program_is_compared_with_nothing() -> None:
    assert repaired("", RIGHT) == repaired(WRONG, "") == ([], [], [])


def test_what_was_kept_is_praised_by_a_solution_alone() -> None:
    def values(score: float) -> list[float]:
        return [span.value for span in repair_spans("a\nb", "a\nc", info("a\nb", 0.25), info("a\nc", score), blame=0.5)]

    assert (values(1.0), values(0.5), values(0.0)) == ([-0.5, 0.5], [-0.5], [])


def test_programs_that_differ_in_too_many_lines_are_wrong_as_a_whole() -> None:
    lines = [f"{name}{i}" for i in range(MAX_COMPARED // 2 + 1) for name in ("old", "same")]
    before = "\n".join(["head", *lines[:-1], "tail"])
    after = before.replace("old", "new")
    assert len(lines) - 1 == MAX_COMPARED + 1
    wrong, kept, fix = repaired(before, after)
    assert (len(wrong), kept, len(fix)) == (1, ["head", "tail"], 1)
    assert wrong[0].startswith("old0\nsame0\nold1")


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=8), st.lists(st.sampled_from("abc"), min_size=1, max_size=8))
def test_every_line_was_either_wrong_or_kept(before: list[str], after: list[str]) -> None:
    one, other = "\n".join(before), "\n".join(after)
    found = repair_of(one, other, info(one, 0.0), info(other, 1.0))
    pieces = sorted([*found.wrong, *found.kept])
    assert [place for start, end in pieces for place in range(start, end, 2)] == list(range(0, len(one), 2))
    assert all(left[1] < right[0] for left, right in pairwise(pieces))


def played(*programs: str, **options: Any) -> tuple[gym.Env[str, str], list[str], list[Info]]:
    env = gym.make("rlvr/Code-v0", tasks=[absolute()], max_turns=len(programs), recipe=[("RepairCredit", options)])
    env.reset(seed=0)
    actions = [fenced(program) for program in programs]
    return env, actions, [env.step(action)[4] for action in actions]


def texts(action: str, said: Info) -> list[tuple[str, float]]:
    return [(action[span.start : span.end], span.value) for span in said["credit"]]


def test_the_fix_is_praised_at_once_and_the_fault_blamed_in_hindsight() -> None:
    env, actions, infos = played("def f(x):\n    return -1", WRONG, RIGHT, blame=0.5)
    assert [info["score"] for info in infos] == pytest.approx([0.0, 2 / 3, 1.0])
    assert [len(info["credit"]) for info in infos] == [0, 1, 1]
    assert texts(actions[2], infos[2]) == [("return -x", 0.5)]
    first, second, third = with_hindsight(env, actions, infos)
    assert texts(actions[0], first) == [("return -1", -0.5)]
    assert texts(actions[1], second)[1:] == [("return x", -0.5), ("def f(x):\n    if x < 0:", 0.5), ("return x", 0.5)]
    assert third == infos[2]
    assert [info["reward_terms"] for info in (first, second, third)] == [info["reward_terms"] for info in infos]


def test_an_episode_begins_without_what_was_answered_before() -> None:
    env, _, _ = played(WRONG, WRONG)
    env.reset(seed=0)
    assert env.step(fenced(RIGHT))[4]["credit"] == ()


def test_a_turn_that_may_not_be_trained_on_gets_no_credit_in_hindsight() -> None:
    env, actions, infos = played(WRONG, RIGHT)
    first, _ = with_hindsight(env, actions, [{**infos[0], "trainable": False}, infos[1]])
    assert first["credit"] == ()
    with pytest.raises(ValueError, match="as many infos as actions, got 1 and 2"):
        with_hindsight(env, actions, infos[:1])


def test_an_environment_of_one_turn_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"RepairCredit needs more than one turn, .*; make it with max_turns=2 or more"):
        played(WRONG)


def test_another_amount_is_refused() -> None:
    with pytest.raises(ValueError, match=r"blame must be in \(0, 1\], got 0"):
        RepairCredit(Scripted(max_turns=2), blame=0)
