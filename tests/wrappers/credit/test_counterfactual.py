"""CounterfactualCredit: places and amounts worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.episode import Outcome
from rlvr_envs.errors import InfraError
from rlvr_envs.info import Verdict
from rlvr_envs.parsing.code import find_code
from rlvr_envs.wrappers import CounterfactualCredit
from rlvr_envs.wrappers.credit.shapley import Walks
from rlvr_envs.wrappers.credit.variants import in_turn, statements_of, variants_of, without

gym.register_envs(rlvr_envs)

TASK = {
    "task_id": "larger",
    "prompt": "Return the larger of two numbers, plus one.",
    "entry_point": "f",
    "tests": {
        "visible": [],
        "hidden": [{"args": [a, b], "expected": max(a, b) + 1} for a, b in ((1, 2), (2, 1), (3, 3), (0, 5))],
    },
}
#: Passes (3, 3) alone: the comparison is the wrong way round.
WRONG = (
    "Thé answer:\r\n```python\r\ndef f(a, b):\r\n    c = a  # first\r\n    if b < a:\r\n        c = b\r\n"
    "    return c + 1\r\n```\r\nDone."
)


@pytest.fixture(scope="module")
def base() -> Iterator[gym.Env[str, str]]:
    env = gym.make("rlvr/Code-v0", tasks=[TASK], trace="lines")
    yield env
    env.close()


def step(env: gym.Env[str, str], action: str) -> Any:
    env.reset(seed=0)
    return env.step(action)[4]


def test_the_statement_whose_change_mends_the_program_bears_the_blame(base: gym.Env[str, str]) -> None:
    info = step(CounterfactualCredit(base), WRONG)
    assert info["score"] == 0.25
    spans = {WRONG[span.start : span.end]: span.value for span in info["credit"]}
    assert list(spans) == ["c = a", "if b < a", "c = b", "return c + 1"]
    assert sum(spans.values()) == pytest.approx(-0.75)
    # `b >= a` mends all three failed cases and keeps the passed one: ((1 + 1 - 0) / 2) ** 4 = 1.  Of `c = a`, `c = b` and
    # `return c + 1` no variant can be better than that; f(1, 2) = 3 needs b.
    assert min(spans, key=lambda text: spans[text]) == "if b < a"
    assert {(span.basis, span.source) for span in info["credit"]} == {("verified", "counterfactual")}


def test_a_solved_answer_costs_nothing_and_gets_nothing(base: gym.Env[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **options: Any) -> Any:
        raise AssertionError("judged again")

    monkeypatch.setattr(base.unwrapped, "judge_instead", refuse)
    assert step(CounterfactualCredit(base), "def f(a, b):\n    return max(a, b) + 1")["credit"] == ()


@pytest.mark.parametrize("method", ["variants", "shapley"])
def test_never_more_programs_than_the_budget_in_one_batch(
    base: gym.Env[str, str], monkeypatch: pytest.MonkeyPatch, method: Any
) -> None:
    batches: list[int] = []
    judge = base.unwrapped.judge_instead  # type: ignore[attr-defined]
    monkeypatch.setattr(
        base.unwrapped, "judge_instead", lambda actions, **options: (batches.append(len(actions)), judge(actions, **options))[1]
    )
    info = step(CounterfactualCredit(base, budget=3, method=method, blame=0.5), WRONG)
    assert batches == [3]
    assert sum(span.value for span in info["credit"]) == pytest.approx(0.5 * (0.25 - 1))
    assert step(CounterfactualCredit(base, budget=3, method=method, blame=0.5), WRONG)["credit"] == info["credit"]


def test_variants_of_an_answer_whose_time_was_up_get_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def judge(actions: Sequence[str], time_s: float) -> list[Outcome]:
        given.append(time_s)
        return [Outcome.failed(Verdict.TIMEOUT, "stopped")] * len(actions)

    env = gym.make("rlvr/Code-v0", tasks=[{**TASK, "limits": {"time_s": 0.5}}])
    monkeypatch.setattr(env.unwrapped, "judge_instead", judge)
    info = step(CounterfactualCredit(env, time_s=0.25), "def f(a, b):\n    while True: a")
    assert (info["verdict"], given) == ("timeout", [0.25])
    assert sum(span.value for span in info["credit"]) == pytest.approx(-1.0)
    env.close()


@pytest.mark.parametrize(
    ("action", "place"),
    [("no program", "no program"), ("```python\ndef f(:\n```", "def f(:"), ("```python\nimport os\n```", "import os")],
)
def test_an_answer_without_statements_is_blamed_as_a_whole(base: gym.Env[str, str], action: str, place: str) -> None:
    (span,) = step(CounterfactualCredit(base), action)["credit"]
    assert (action[span.start : span.end], span.value) == (place, -1.0)


@pytest.mark.parametrize("spectrum", [False, True])
def test_a_program_that_hides_its_lines_changes_no_sum(base: gym.Env[str, str], spectrum: bool) -> None:
    hiding = WRONG.replace("def f", "import sys\r\nsys.monitoring = None\r\nsys.settrace(None)\r\ndef f")
    info = step(CounterfactualCredit(base, spectrum=spectrum), hiding)
    assert sum(span.value for span in info["credit"]) == pytest.approx(info["score"] - 1)
    assert {span.basis for span in info["credit"]} == {"claimed" if spectrum else "verified"}


def test_where_the_machinery_fails_there_is_no_credit_and_a_warning(
    base: gym.Env[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any, **options: Any) -> Any:
        raise InfraError("gone")

    monkeypatch.setattr(base.unwrapped, "judge_instead", fail)
    info = step(CounterfactualCredit(base), WRONG)
    assert (info["credit"], info["verdict"]) == ((), "wrong")
    assert "could not be judged: gone" in caplog.text


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"blame": 0.0}, r"blame must be in \(0, 1\], got 0.0"),
        ({"budget": 0}, "budget must be an int of at least 1, got 0"),
        ({"method": "other"}, "method must be 'variants' or 'shapley', got 'other'"),
        ({"spectrum": True, "method": "shapley"}, "spectrum must be False with method='shapley'"),
        ({"time_s": -1}, "time_s must be a positive number, got -1"),
    ],
)
def test_options_out_of_range_are_refused(base: gym.Env[str, str], options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        CounterfactualCredit(base, **options)


def test_executed_lines_are_asked_of_an_environment_that_tells_them() -> None:
    env = gym.make("rlvr/Code-v0", tasks=[TASK])
    with pytest.raises(ValueError, match='make it with trace="lines"'):
        CounterfactualCredit(env, spectrum=True)


def test_variants_change_one_place_and_nothing_else() -> None:
    block = find_code(WRONG)
    assert block is not None
    statements = statements_of(block)
    variants = variants_of(WRONG, block, statements)
    assert [variant.change for variant in variants[1]] == ["boundary", "flip", "drop"]
    assert variants[1][0].action == WRONG.replace("b < a", "(b <= a)")
    assert variants[1][2].action == WRONG.replace("if b < a:\r\n        c = b", "pass")
    assert all(variant.action.startswith("Thé answer:\r\n```python\r\ndef f(a, b):\r\n") for one in variants for variant in one)
    assert all(variant.action.endswith("\r\n```\r\nDone.") for one in variants for variant in one)
    assert [variant.statement for variant in in_turn(variants, 6)] == [0, 1, 2, 3, 1, 3]


def test_statements_that_are_left_out_take_those_within_them_along() -> None:
    block = find_code(WRONG)
    assert block is not None
    _, condition, inner, last = statements_of(block)
    assert without(WRONG, [last, inner, condition]) == WRONG.replace("if b < a:\r\n        c = b", "pass").replace(
        "return c + 1", "pass"
    )


def test_shapley_values_of_two_statements_by_hand() -> None:
    action = "x = 1\ny = 2"
    block = find_code(action)
    assert block is not None
    walks = Walks(action, statements_of(block), budget=100)
    score = {"pass\ny = 2": 0.75, "x = 1\npass": 0.0, "pass\npass": 0.5}
    assert set(walks.actions) == set(score)
    found = walks.values(0.5, [score[text] for text in walks.actions])
    # Either order: x first loses -.25 and then y .25; y first loses .5 and then x -.5.
    share = (found[1] - 0.25) / 0.25  # how many walks had y first
    assert 0.0 < share < 1.0
    assert found[0] == pytest.approx(-0.25 - 0.25 * share)
    assert walks.weights(0.5, [score[text] for text in walks.actions]) == [pytest.approx(-found[0]), 0.0]
