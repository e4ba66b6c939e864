"""ToolCallCredit: blame calls of tools that were of no use."""

from __future__ import annotations

from collections.abc import Iterable

import gymnasium as gym

from rlvr_envs._numbers import check_share
from rlvr_envs.facts import Fact
from rlvr_envs.info import Info, Span
from rlvr_envs.wrappers.base import Shaping


class ToolCallCredit(Shaping):
    """Adds a verified span on each call of a tool that was refused, failed, repeated an earlier one or was never used.

    Its value is the amount of its problem, negated.  Where the amounts of one action sum to more than 1 they are scaled down to
    1, so that no number of useless calls outweighs a task.  A call that was of use gets nothing: calls are a means, and praise
    would be earned by making more of them.

    Reads ``feedback.tool_calls``; writes ``credit`` and no reward term.  Stateless; anywhere in the stack.
    Invariant: what an action gets is in [-1, 0], and exactly 0 where every call was of use.
    The optimum may differ from that of the reward where trying calls that may fail is what solves a task.

    >>> from rlvr_envs.wrappers import ToolCallCredit
    >>> ToolCallCredit.needs[0].value
    'feedback.tool_calls'
    """

    kind = "credit"
    needs = (Fact.TOOL_CALLS,)
    effect = "biased"
    basis = "verified"

    def __init__(
        self, env: gym.Env[str, str], *, refused: float = 0.25, failed: float = 0.25, repeated: float = 0.25, unused: float = 0.25
    ) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            refused: In [0, 1]: what a call costs that was not carried out.
            failed: In [0, 1]: what a call costs that failed.
            repeated: In [0, 1]: what a call costs that was made before.
            unused: In [0, 1]: what a call costs whose result was not used.

        Raises:
            ValueError: An amount is outside [0, 1], or the environment tells of no calls.
        """
        self._amounts = {"refused": refused, "failed": failed, "repeated": repeated, "unused": unused}
        for name, amount in self._amounts.items():
            check_share(name, amount, "[0, 1]")
        super().__init__(env, **self._amounts)

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns one span a call that was of no use and has a place."""
        bad = [call for call in info["feedback"].tool_calls if not call.ok and 0 <= call.span[0] < call.span[1]]
        amounts = [self._amounts.get(call.problem, 0.0) for call in bad]
        scale = max(1.0, sum(amounts))
        rows = zip(bad, amounts, strict=True)
        return [Span(call.span[0], call.span[1], -amount / scale, "tool_calls", "verified") for call, amount in rows if amount]
