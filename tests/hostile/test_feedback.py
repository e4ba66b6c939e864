"""What is expected of hidden tests cannot be learned from feedback, however many turns there are to ask."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rlvr_envs.envs.code import CodeEnv
from rlvr_envs.info import to_jsonable
from rlvr_envs.tasks.format import task_to_dict
from tests.hostile.asked import CALLS, SEEN, STATEMENTS_OF_F, UNSEEN, right

#: Everything that a program can reach, told by every way that reaches feedback: printed, raised, in locals, and returned.
HUNT = """
import gc, sys
def f(x):
    found = []
    frame = sys._getframe()
    while frame:
        found += [repr(v)[:2000] for v in frame.f_locals.values() if type(v) in (dict, list, tuple, str, int, bytes)]
        frame = frame.f_back
    for o in gc.get_objects():
        if type(o) in (dict, list, tuple):
            text = repr([v for v in (o.values() if type(o) is dict else o) if type(v) in (int, str, bytes, bytearray)])
            if WANTED in text:
                found.append(text[:500])
    told = "\\n".join(found)
    HOW
"""
WAYS = {
    "printed": "print(told)",
    "raised": "raise ValueError(told[-1500:])",
    "returned": "return told",
    "in a local": "short = [line[:150] for line in found if WANTED in line]; raise ValueError",
}
#: A program that knows the hidden inputs and guesses their answers from the one that it was told.
GUESS = "def f(x):\n    return {{{seen}: {answer}}}.get(x, {guess})\n"


def play(task: Any, actions: list[str]) -> tuple[list[float], str]:
    """The rewards, and all that was told, of an episode in which every action is taken."""
    env = CodeEnv(tasks=[task_to_dict(task)], max_turns=len(actions))
    told = []
    try:
        _, info = env.reset(seed=0)
        rewards = []
        for action in actions:
            observation, reward, terminated, _, info = env.step(f"```python\n{action}\n```")
            told.append(observation + json.dumps(to_jsonable(info)))
            rewards.append(reward)
            assert not terminated
    finally:
        env.close()
    return rewards, "\n".join(told)


@pytest.mark.parametrize("task", [CALLS, STATEMENTS_OF_F], ids=lambda task: task.task_id)
def test_no_expected_value_of_a_hidden_test_is_told(task: Any) -> None:
    hunts = [HUNT.replace("HOW", how).replace("WANTED", repr(str(UNSEEN[0]))) for how in WAYS.values()]
    rewards, told = play(task, hunts)
    assert rewards == [0.0] * len(hunts)
    assert str(right(SEEN)) in told  # what is visible is told, so the search below could find something
    assert [x for x in UNSEEN if str(right(x)) in told] == []


def test_guesses_that_follow_the_feedback_are_not_paid() -> None:
    answer = right(SEEN)
    guesses = [answer, answer + 1, answer - SEEN, UNSEEN[0] * (answer // SEEN), UNSEEN[0] * 7919, 0, 1, -1]
    rewards, told = play(CALLS, [GUESS.format(seen=SEEN, answer=answer, guess=guess) for guess in guesses])
    assert rewards == [0.0] * len(guesses)
    assert told.count("Hidden tests passed: 0 of 2.") >= len(guesses)


def test_nothing_lasts_from_one_turn_to_the_next() -> None:
    leave = "import math, os\nopen('left', 'w').write('x')\nmath.left = os.environ['LEFT'] = '1'\ndef f(x):\n    return 0\n"
    look = "import math, os\ndef f(x):\n    return [os.listdir('.'), hasattr(math, 'left'), 'LEFT' in os.environ]\n"
    rewards, told = play(CALLS, [leave, look])
    assert rewards == [0.0, 0.0]
    assert "[[], False, False]" in told
