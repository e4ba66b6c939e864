"""The public contract finds environments that break it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import pytest

from rlvr_envs.envs.echo import EchoEnv, EchoTask
from rlvr_envs.episode import Episode, Outcome
from rlvr_envs.info import Feedback, Verdict
from rlvr_envs.testing import check_text_env


class Forgetful(EchoEnv):
    """Remembers the last action of any episode."""

    shared: list[str] = []  # noqa: RUF012 - the fault under test

    def _judge(self, items: Sequence[tuple[Episode[EchoTask], str]]) -> list[Outcome]:
        self.shared.extend(action for _, action in items)
        feedback = Feedback(verdict=Verdict.WRONG.value, reason=str(len(self.shared)))
        return [Outcome(feedback, observation=str(len(self.shared)))] * len(items)


class Raising(EchoEnv):
    """Fails on text that it cannot encode."""

    def _judge(self, items: Sequence[tuple[Episode[EchoTask], str]]) -> list[Outcome]:
        for _, action in items:
            action.encode()
        return super()._judge(items)


class OutOfRange(EchoEnv):
    """Scores above 1."""

    def _judge(self, items: Sequence[tuple[Episode[EchoTask], str]]) -> list[Outcome]:
        return [Outcome(outcome.feedback, score=1.5) for outcome in super()._judge(items)]


class GlobalRandom(EchoEnv):
    """Draws tasks from Python's hash seed."""

    def _draw_task(self, rng: Any, task_id: str | None) -> EchoTask:
        word = f"w{len(self.seen)}"
        self.seen.append(word)
        return EchoTask(word, word)

    seen: list[str] = []  # noqa: RUF012 - the fault under test


@pytest.mark.parametrize("faulty", [Forgetful, Raising, OutOfRange, GlobalRandom], ids=lambda cls: cls.__name__)
def test_a_faulty_environment_is_found(faulty: type[EchoEnv]) -> None:
    with pytest.raises((AssertionError, UnicodeEncodeError)):
        check_text_env(faulty)


def test_a_sound_environment_passes() -> None:
    check_text_env(EchoEnv, right_answer=lambda env: env.task.word)


def test_an_environment_that_gym_made_will_do() -> None:
    check_text_env(gym.make("rlvr/Echo-v0", length=2), right_answer=lambda env: env.task.word)
    with pytest.raises(ValueError, match="must have a spec"):
        check_text_env(EchoEnv())


def test_a_wrong_gold_answer_is_found() -> None:
    with pytest.raises(AssertionError, match="a right answer got"):
        check_text_env(EchoEnv, right_answer=lambda env: "nonsense")


def test_a_class_that_no_other_process_can_import_is_checked_in_this_one_without_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(gym.envs.registration, "registry", dict(gym.registry))
    gym.register("me/Local-v0", entry_point=EchoEnv)
    with caplog.at_level("INFO"):  # and warnings are errors
        check_text_env(lambda: gym.make("me/Local-v0"))
    assert "me/Local-v0 was made in no other process" in caplog.text
