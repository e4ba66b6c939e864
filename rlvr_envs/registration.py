"""The table of environment ids; one line an environment.

Entry points are text, so registering imports nothing.  ``gym.make`` reaches the class by ``rlvr_envs.making:ID``, which takes a
recipe of wrappers too.  The vector entry point of any :class:`rlvr_envs.core.TextEnv`, ours or
other people's, is ``rlvr_envs.vector:ID``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import gymnasium as gym


@dataclass(frozen=True)
class EnvRow:
    """One registered environment; ``summary`` is a line for lists, ``turns`` the default number of turns."""

    id: str
    entry_point: str
    summary: str
    turns: int = 1


TABLE: Final[tuple[EnvRow, ...]] = (
    EnvRow("rlvr/Code-v0", "rlvr_envs.envs.code:CodeEnv", "write a program that passes hidden tests, judged in a sandbox"),
    EnvRow(
        "rlvr/CodeImpossible-v0", "rlvr_envs.envs.code_impossible:CodeImpossibleEnv", "canaries: tasks that only cheats solve"
    ),
    EnvRow("rlvr/Echo-v0", "rlvr_envs.envs.echo:EchoEnv", "repeat a word; the smallest environment, an example to copy"),
)


def register_all() -> None:
    """Registers every row of :data:`TABLE` that Gymnasium does not know yet."""
    for row in TABLE:
        if row.id not in gym.registry:
            gym.register(
                id=row.id,
                entry_point=f"rlvr_envs.making:{row.id}",
                vector_entry_point=f"rlvr_envs.vector:{row.id}",
                order_enforce=False,  # TextEnv checks the order itself
            )
