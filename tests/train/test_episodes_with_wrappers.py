"""What a policy is asked where wrappers change what it reads, how its answer begins, or where its episode does."""

from __future__ import annotations

from collections.abc import Sequence

from rlvr_train.episodes import EpisodeRunner, Request
from tests.wrappers.exploration.test_hint_prefix import FENCE, TASK


def test_the_policy_reads_the_text_of_the_wrapper_in_every_later_turn() -> None:
    wrappers = [("FeedbackText", {"template": "terse"})]
    runner = EpisodeRunner("rlvr/Code-v0", 1, env_kwargs={"tasks": [TASK], "max_turns": 3}, wrappers=wrappers)
    asked: list[list[str]] = []

    def respond(requests: Sequence[Request]) -> list[str | None]:
        asked.append([message["content"] for message in requests[0].messages])
        return [f"{FENCE}def f(xs):\n    return {len(asked)}\n```"]

    episodes = runner.begin([0])
    runner.play(episodes, respond)
    runner.close()
    # 1 is right for the visible example alone, 2 and 3 for nothing.
    told = ["The program gives a wrong result.\nVisible tests passed: 1 of 1.\nHidden tests passed: 0 of 1."]
    told += ["The program gives a wrong result.\nVisible tests passed: 0 of 1.\nHidden tests passed: 0 of 1."]
    assert [len(messages) for messages in asked] == [1, 3, 5]
    assert asked[2][2::2] == told
    assert [message["content"] for message in episodes[0].messages[2:5:2]] == told


def test_the_answer_begins_with_the_hint_and_the_episode_where_it_is_taken_up() -> None:
    wrappers = [("Backtrack", {"share": 1.0}), ("HintPrefix", {"rate": 1.0, "most": 0.5})]
    runner = EpisodeRunner("rlvr/Code-v0", 1, env_kwargs={"tasks": [TASK], "max_turns": 2}, wrappers=wrappers)
    prefills: list[str] = []

    def respond(requests: Sequence[Request]) -> list[str | None]:
        prefills.append(requests[0].prefill)
        return ["    return 0\n```"]

    first = runner.begin([0])
    runner.play(first, respond)
    second = runner.begin([1])
    assert [message["content"] for message in second[0].messages] == [m["content"] for m in first[0].messages[:3]]
    runner.play(second, respond)
    runner.close()
    hint = f"{FENCE}def f(xs):\n    total = 0\n"
    assert prefills == [hint, "", ""]
    assert first[0].turns[0].action == f"{hint}    return 0\n```"
    assert len(second[0].turns) == 1
