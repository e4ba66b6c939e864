"""An environment that states every fact, for tests of what all wrappers have in common."""

from __future__ import annotations

import gymnasium as gym

from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.facts import Fact


class KnownEnv(EchoEnv):
    """Echo, and a claim to know everything."""

    @property
    def facts(self) -> frozenset[Fact]:
        """All facts there are."""
        return frozenset(Fact)


gym.register(
    id="rlvr-tests/Known-v0",
    entry_point="tests.wrappers.known:KnownEnv",
    vector_entry_point="rlvr_envs.vector:rlvr-tests/Known-v0",
    order_enforce=False,
)
