"""FormatReward: answers made of sections."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.wrappers import FormatReward
from rlvr_envs.wrappers.reward.format_reward import in_sections
from tests.wrappers.scripted import last

GOOD = "<think>why</think>\n<answer>x</answer>"


@pytest.mark.parametrize(
    "text", [GOOD, f" {GOOD}\n", "<think></think><answer></answer>", "<think>a <b> </c></think><answer>\n</answer>"]
)
def test_the_form_costs_nothing(text: str) -> None:
    assert last(FormatReward(EchoEnv(), sections=("think", "answer"), weight=0.25), text)[0] == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "<think>a</think>",
        "<answer>x</answer><think>a</think>",
        f"so: {GOOD}",
        f"{GOOD} done",
        "<think>a</think>b<answer></answer>",
        "</think><think><answer></answer>",
        GOOD + GOOD,
        "<think><think></think><answer></answer>",
        "<think>a<answer>x</answer></think>",
    ],
)
def test_another_form_costs_the_weight(text: str) -> None:
    assert last(FormatReward(EchoEnv(), sections=("think", "answer"), weight=0.25), text)[0] == -0.25


@given(st.lists(st.sampled_from(["<a>", "</a>", "<b>", "</b>", " ", "x"]), max_size=12).map("".join))
def test_a_text_in_form_holds_each_mark_once_and_in_order(text: str) -> None:
    marks = ("<a>", "</a>", "<b>", "</b>")
    places = [text.find(mark) for mark in marks]
    once = all(text.count(mark) == 1 for mark in marks) and places == sorted(places)
    outside = once and (text[: places[0]] + text[places[1] + 4 : places[2]] + text[places[3] + 4 :]).strip() == ""
    assert in_sections(text, ("a", "b")) == outside


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"sections": ()}, "sections must be a list of at least one name"),
        ({"sections": "think"}, "sections must be a list of at least one name, got 'think'"),
        ({"sections": ("a", "a")}, "sections must be different names"),
        ({"sections": ("a>",)}, "sections must be different names of letters, digits and '_', got 'a>'"),
        ({"sections": ("a",), "weight": 1.0}, r"weight must be in \(0, 1\), got 1.0"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        FormatReward(EchoEnv(), **options)
