"""DivergenceCredit: where an answer departs from the reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.errors import InfraError
from rlvr_envs.info import Span
from rlvr_envs.sandbox.base import Program
from rlvr_envs.wrappers import DivergenceCredit
from rlvr_envs.wrappers.credit import divergence

gym.register_envs(rlvr_envs)

REFERENCE = "def f(x):\n    y = x + 1\n    return y * 2\n"
TASKS = [
    {"task_id": name, "prompt": "Do.", "entry_point": "f", "tests": {"hidden": [{"args": [3], "expected": 8}]}, **more}
    for name, more in (("known", {"reference": REFERENCE}), ("unknown", {}))
]
ACTION = "So:\n```python\ndef f(n):\n    z = n - 1\n    return z * 2\n```"


@pytest.fixture(scope="module")
def base() -> Iterator[gym.Env[str, str]]:
    env = gym.make("rlvr/Code-v0", tasks=TASKS)
    yield env
    env.close()


def step(env: gym.Env[str, str], action: str, task: str = "known") -> Any:
    env.reset(seed=0, options={"task_id": task})
    return env.step(action)[4]


def test_the_first_departure_is_blamed_and_nothing_before_or_after_it(base: gym.Env[str, str]) -> None:
    info = step(DivergenceCredit(base, blame=0.5), ACTION)
    start = ACTION.index("z = n - 1")
    assert info["credit"] == (Span(start, start + 9, -0.5, "divergence", "claimed"),)
    assert info["reward_terms"].total == 0.0


def test_nothing_for_solved_answers_tasks_without_reference_or_answers_without_program(base: gym.Env[str, str]) -> None:
    env = DivergenceCredit(base)
    assert step(env, REFERENCE)["credit"] == ()
    assert step(env, ACTION, "unknown")["credit"] == ()
    assert step(env, "no program at all")["credit"] == ()


def test_no_program_that_runs_holds_more_than_its_own_text(base: gym.Env[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Program] = []
    sandbox = base.unwrapped.sandbox  # type: ignore[attr-defined]
    run = sandbox.run_many
    monkeypatch.setattr(sandbox, "run_many", lambda programs: run([ran.append(one) or one for one in programs]))
    step(DivergenceCredit(base), ACTION)
    assert [one.trace_values for one in ran] == [False, True, True]
    assert ["y = x + 1" in repr(one) for one in ran] == [False, False, True]
    assert ["z = n - 1" in repr(one) for one in ran] == [True, True, False]
    assert not any("expected" in repr(one) for one in ran)


def test_where_the_machinery_fails_there_is_no_credit_and_a_warning(
    base: gym.Env[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any, **options: Any) -> Any:
        raise InfraError("gone")

    monkeypatch.setattr(divergence, "divergence_lines", fail)
    assert step(DivergenceCredit(base), ACTION)["credit"] == ()
    assert "values could not be traced: gone" in caplog.text


@pytest.mark.parametrize(
    ("options", "text"), [({"blame": 2.0}, r"blame must be in \(0, 1\], got 2.0"), ({"time_s": 0}, "time_s must be a positive")]
)
def test_options_out_of_range_are_refused(base: gym.Env[str, str], options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        DivergenceCredit(base, **options)
