"""The first wrappers, with numbers worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.envs.echo import EchoEnv, EchoTask
from rlvr_envs.episode import Episode, Outcome
from rlvr_envs.facts import Fact
from rlvr_envs.info import CaseResult, ExceptionInfo, Feedback, Frame, RewardTerms, Verdict, from_jsonable
from rlvr_envs.wrappers import LengthPenalty, PassFraction, RecordEpisodes, Shaping, TracebackCredit
from rlvr_envs.wrappers.base import MAX_SPANS

gym.register_envs(rlvr_envs)


class Scripted(EchoEnv):
    """Gives back a prepared outcome."""

    facts = frozenset(Fact)  # type: ignore[assignment]

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self._prepared = outcome

    def _judge(self, items: Sequence[tuple[Episode[EchoTask], str]]) -> list[Outcome]:
        return [self._prepared] * len(items)


def step(env: Any, action: str = "some text " * 20, word: str = "abcd") -> tuple[float, Any]:
    env.reset(seed=0, options={"task_id": word})
    _, reward, _, _, info = env.step(action)
    return reward, info


def raised(*spans: tuple[int, int], basis: Any = "claimed") -> ExceptionInfo:
    return ExceptionInfo("ValueError", "no", tuple(Frame(1, "f", span=span) for span in spans), basis)


def test_pass_fraction_mixes_share_and_verdict() -> None:
    # "abxx" has 2 of 4 characters right: 0.25 * 0.5 + 0.75 * 0.
    assert step(PassFraction(EchoEnv(), weight=0.25), "abxx")[0] == 0.125
    assert step(PassFraction(EchoEnv()), "abxx")[0] == 0.5
    assert step(PassFraction(EchoEnv(), weight=0.25), "abcd")[0] == 1.0


@pytest.mark.parametrize(
    ("answers", "rewards"),
    [
        (["abcd"], [1.0]),
        (["abxx", "abcd"], [0.5, 0.5]),
        (["abcx", "abxx", "axxx"], [0.75, -0.25, -0.25]),
        (["xxxx", "abcx", "abcd"], [0.0, 0.75, 0.25]),
    ],
)
def test_pass_fraction_pays_over_turns_what_the_end_is_worth(answers: list[str], rewards: list[float]) -> None:
    env = PassFraction(EchoEnv(max_turns=3))
    for _ in range(2):  # the second episode begins afresh
        env.reset(seed=0, options={"task_id": "abcd"})
        assert [env.step(answer)[1] for answer in answers] == rewards


def test_a_term_without_a_name_or_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="'pass_fraction' is given by PassFraction already"):
        PassFraction(LengthPenalty(PassFraction(EchoEnv()), free_chars=0, rate=0.1))

    class Nameless(Shaping):
        def reward_term(self, action: str, info: Any) -> float:
            return 1.0

    with pytest.raises(ValueError, match="must name it"):
        Nameless(EchoEnv())


@pytest.mark.parametrize("weight", [0.0, -0.5, 1.5])
def test_pass_fraction_refuses_other_weights(weight: float) -> None:
    with pytest.raises(ValueError, match=r"weight must be in \(0, 1\]"):
        PassFraction(EchoEnv(), weight=weight)


def test_length_penalty_is_linear_then_capped() -> None:
    env = LengthPenalty(EchoEnv(), free_chars=4, rate=0.1, cap=0.5)
    assert step(env, "abcd")[1]["reward_terms"] == RewardTerms({"solved": 1.0, "length": 0.0})
    assert step(env, "abcd  ")[0] == pytest.approx(0.8)  # two characters over
    assert step(env, "abcd" + " " * 100)[0] == 0.5


@pytest.mark.parametrize(
    "options", [{"free_chars": -1, "rate": 0.1}, {"free_chars": 1, "rate": -1}, {"free_chars": 1, "rate": 1, "cap": 1}]
)
def test_length_penalty_refuses_bad_options(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        LengthPenalty(EchoEnv(), **options)


def test_a_span_outside_the_action_is_refused() -> None:
    feedback = Feedback("error", exception=raised((2, 50)))
    with pytest.raises(ValueError, match="within the action's 3 characters"):
        step(TracebackCredit(Scripted(Outcome(feedback))), "abc")


def test_spans_are_bounded() -> None:
    cases = tuple(CaseResult(f"v{i}", "error", exception=raised((i, i + 1))) for i in range(100))
    assert len(step(TracebackCredit(Scripted(Outcome(Feedback("error", cases=cases)))))[1]["credit"]) == MAX_SPANS


def test_nothing_is_shaped_where_the_machinery_failed() -> None:
    env: Any = Scripted(Outcome.failed(Verdict.INFRA_ERROR, "gone"))
    env = LengthPenalty(TracebackCredit(PassFraction(env)), free_chars=0, rate=1.0)
    reward, info = step(env)
    assert (reward, info["credit"], info["reward_terms"]) == (0.0, (), RewardTerms({"solved": 0.0}))


def test_record_episodes_writes_a_line_an_episode_that_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "episodes.jsonl"
    env: Any = RecordEpisodes(PassFraction(gym.make("rlvr/Echo-v0", max_turns=2)), path=str(path))
    env.reset(seed=0, options={"task_id": "abcd"})
    env.step("ab\ud800")
    _, _, _, _, info = env.step("abcd")
    env.reset(seed=1)
    env.step("cut off")
    env.close()
    first, second = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    assert (first["task_id"], first["prompt"], first["complete"]) == ("abcd", "Repeat this word: abcd", True)
    assert first["return"] == 1.0  # 0.5 for 2 of 4 characters, paid back when solved
    assert [s["action"] for s in first["steps"]] == ["ab\ufffd", "abcd"]
    assert from_jsonable(first["steps"][1]["info"]) == info
    assert (second["complete"], len(second["steps"])) == (False, 1)


def test_record_episodes_appends_and_closes_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "episodes.jsonl"
    path.write_text('{"whole": 1}\n{"torn": ')
    for seed in range(2):
        env: Any = RecordEpisodes(gym.make("rlvr/Echo-v0"), path=str(path))
        env.reset(seed=seed)
        env.step("x")
        env.close()
    lines = path.read_text().splitlines()
    assert lines[:2] == ['{"whole": 1}', '{"torn": ']
    assert [json.loads(line)["complete"] for line in lines[2:]] == [True, True]


def test_record_episodes_refuses_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="path must be a file"):
        RecordEpisodes(EchoEnv(), path=str(tmp_path))


def test_a_vector_environment_is_refused_with_the_remedy() -> None:
    with pytest.raises(TypeError, match=r"recipe=\['PassFraction'\]"):
        PassFraction(gym.make_vec("rlvr/Echo-v0", num_envs=2))  # type: ignore[arg-type]
