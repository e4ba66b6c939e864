"""Groups of episodes, shaped before their advantages are computed.

A group is the episodes that began with one task.  What its shapers see is the **last** answer of each: terms and spans are added
to the last turn, whose answer decides the episode; what earlier turns got stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rlvr_envs.wrappers import Recipe
from rlvr_train.episodes import Episode


def check_group_size(recipe: Recipe, answers: int, size: int) -> None:
    """Refuses batches that would not hold whole groups, where the recipe shapes groups.

    Raises:
        ValueError: ``answers`` is no multiple of ``size``.
    """
    if recipe.shapes_groups and answers % size:
        raise ValueError(
            "per_device_train_batch_size * steps_per_generation must be a multiple of num_generations where the recipe shapes "
            f"groups, which every process must hold whole, got {answers} and {size}"
        )


def shape_groups(recipe: Recipe, episodes: Sequence[Episode], size: int) -> None:
    """Shapes the last turns of groups of ``size`` episodes in a row; nothing changes where the recipe shapes no groups.

    Episodes that must not train, at their last turn or before, are no siblings.  The reward of a shaped turn is its
    ``info["reward_terms"].total``.

    Raises:
        ValueError: The episodes are no whole groups, or those of a group are of different tasks.
    """
    check_group_size(recipe, len(episodes), size)
    if not recipe.shapes_groups:
        return
    for begin in range(0, len(episodes), size):
        group = [episode for episode in episodes[begin : begin + size] if episode.trainable]
        last = [episode.turns[-1] for episode in group]
        infos = recipe.shape_group([turn.action for turn in last], [turn.info for turn in last], [turn.evidence for turn in last])
        for episode, turn, info in zip(group, last, infos, strict=True):
            if info is not turn.info:
                episode.turns[-1] = replace(turn, info=info, reward=info["reward_terms"].total)
