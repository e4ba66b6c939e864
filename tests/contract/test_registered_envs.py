"""Every registered environment keeps the contract."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.core import TextEnv
from rlvr_envs.registration import TABLE
from rlvr_envs.testing import TextEnvContract

gym.register_envs(rlvr_envs)


class TestEcho(TextEnvContract):
    def make_env(self) -> gym.Env[str, str]:
        return gym.make("rlvr/Echo-v0")

    def right_answer(self, env: TextEnv[Any]) -> str:
        return str(env.task.word)


class TestEchoWithTurns(TestEcho):
    def make_env(self) -> gym.Env[str, str]:
        return gym.make("rlvr/Echo-v0", max_turns=3, render_mode="ansi")


class TestCode(TextEnvContract):
    actions = (
        "no idea",
        "```python\ndef f(x):\n    return x\n```",
        "```python\ndef f(x):\n    return {'é': [x][3]}\n```",
        "```python\nwhile True: pass\n```",
    )

    def make_env(self) -> gym.Env[str, str]:
        return gym.make("rlvr/Code-v0")

    def right_answer(self, env: TextEnv[Any]) -> str:
        return f"```python\n{env.task.reference}\n```"


class TestCodeWithTurns(TestCode):
    def make_env(self) -> gym.Env[str, str]:
        return gym.make("rlvr/Code-v0", max_turns=2, difficulty=1.0)


class TestCodeImpossible(TextEnvContract):
    """There is no right answer, by design; tests/envs/test_code_impossible.py shows that what solves the task is not paid."""

    actions = TestCode.actions

    def make_env(self) -> gym.Env[str, str]:
        return gym.make("rlvr/CodeImpossible-v0")


class TestCodeImpossibleMixed(TestCodeImpossible):
    def make_env(self) -> gym.Env[str, str]:
        return gym.make("rlvr/CodeImpossible-v0", share=0.5, max_turns=2, kinds=["conflicting"])


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_each_id_has_its_contract_above(row: Any) -> None:
    made = {contract().make_env().unwrapped.spec.id for contract in (TestEcho, TestCode, TestCodeImpossible)}  # type: ignore[union-attr]
    assert row.id in made


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_spec_names_everything_as_text(row: Any) -> None:
    spec = gym.spec(row.id)
    assert spec.entry_point == f"rlvr_envs.making:{row.id}"
    assert spec.vector_entry_point == f"rlvr_envs.vector:{row.id}"
    assert gym.make(spec).spec == gym.make(row.id).spec


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
@pytest.mark.parametrize("how", ["make", "vector", "sync"])
def test_a_misspelt_option_is_named_with_the_id_and_the_nearest_one(row: Any, how: str) -> None:
    make = {
        "make": lambda: gym.make(row.id, max_trns=2),
        "vector": lambda: gym.make_vec(row.id, num_envs=2, max_trns=2),
        "sync": lambda: gym.make_vec(row.id, num_envs=2, vectorization_mode="sync", max_trns=2),
    }[how]
    with pytest.raises(
        ValueError, match=rf"^{row.id} has no option 'max_trns'; did you mean 'max_turns'\? Options: .*render_mode"
    ):
        make()
