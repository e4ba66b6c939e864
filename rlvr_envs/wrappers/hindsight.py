"""Credit that is known only when an episode is over, handed to the turns that it belongs to.

A step's info has been returned by the time a later turn shows what was wrong in it.  Whoever has the whole episode, a trainer or
a benchmark, therefore asks once it is over::

    infos = with_hindsight(env, actions, infos)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym

from rlvr_envs.info import Info, add_credit
from rlvr_envs.wrappers.base import Shaping, checked_spans


def with_hindsight(env: gym.Env[Any, Any], actions: Sequence[str], infos: Sequence[Info]) -> list[Info]:
    """Returns the infos of an episode with the spans that the wrappers around ``env`` give in hindsight, the innermost one first.

    Rewards and terms stay as they are; so does a turn that is not trainable.

    Args:
        env: The environment that the episode was played in, or one in the same wrappers; its state has no part in it.
        actions: What was answered, turn by turn.
        infos: What each ``step`` returned.

    Raises:
        ValueError: Numbers of actions and infos differ, or a wrapper gives a span beyond an action.
    """
    if len(actions) != len(infos):
        raise ValueError(f"an episode must have as many infos as actions, got {len(infos)} and {len(actions)}")
    wrappers: list[Shaping] = []
    while isinstance(env, gym.Wrapper):
        if isinstance(env, Shaping):
            wrappers.append(env)
        env = env.env
    shaped = list(infos)
    for wrapper in reversed(wrappers):
        for turn, spans in enumerate(wrapper.hindsight_spans(actions, shaped)):
            kept = checked_spans(type(wrapper).__name__, actions[turn], spans)
            if kept and shaped[turn]["trainable"]:
                shaped[turn] = add_credit(shaped[turn], kept)
    return shaped
