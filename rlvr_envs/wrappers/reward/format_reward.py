"""FormatReward: charge for an answer that breaks a form."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym

from rlvr_envs._numbers import check_share
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping


class FormatReward(Shaping):
    """Adds ``-weight`` to an answer that is not made of the given sections, each once, in order, with only white space between.

    A section is ``<name>...</name>``, so ``("think", "answer")`` is the form of DeepSeek-R1-Zero (arXiv 2501.12948, section
    2.2.2), where a right form earns a reward.  A charge for a wrong form is the same up to a constant, and over several turns
    nothing is earned by failing once more in good form.

    The work is linear in the answer, which may be hostile; no regular expression is taken from anybody.
    Reads the action alone; writes the term ``format``.  Stateless; anywhere in the stack.
    Invariant: with ``weight`` below 1, a right answer outranks a wrong one, whatever their forms; over several turns with
    ``weight`` below 1 / turns.
    Biased: of policies that solve as often, the one that keeps the form is best.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import FormatReward
    >>> env = FormatReward(gym.make("rlvr/Echo-v0"), sections=("think", "answer"))
    >>> _ = env.reset(seed=0)
    >>> env.step("<think>so</think> <answer>x</answer>")[4]["reward_terms"]["format"]
    0.0
    """

    term = "format"
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, sections: Sequence[str], weight: float = 0.1) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            sections: Names of the sections, in order.
            weight: In (0, 1): the charge.

        Raises:
            ValueError: ``sections`` holds no name, one twice or one that is no identifier, or ``weight`` is outside (0, 1).
        """
        names = _names(sections)
        check_share("weight", weight, "(0, 1)")
        super().__init__(env, sections=sections, weight=weight)
        self._sections, self._weight = names, weight

    def reward_term(self, action: str, info: Info) -> float:
        """Returns the charge for a broken form."""
        return 0.0 if in_sections(action, self._sections) else -self._weight


def _names(sections: object) -> tuple[str, ...]:
    if isinstance(sections, str) or not isinstance(sections, Sequence) or not sections:
        raise ValueError(f"sections must be a list of at least one name, got {sections!r}")
    for name in sections:
        if not isinstance(name, str) or not name.isidentifier() or list(sections).count(name) > 1:
            raise ValueError(f"sections must be different names of letters, digits and '_', got {name!r}")
    return tuple(sections)


def in_sections(text: str, names: Sequence[str]) -> bool:
    """Whether a text is nothing but these sections, each of its marks standing once."""
    at = 0
    for name in names:
        opening, closing = f"<{name}>", f"</{name}>"
        start, end = text.find(opening), text.find(closing)
        if start < at or end < start or text[at:start].strip():
            return False
        at = end + len(closing)
        if text.find(opening, start + 1) >= 0 or text.find(closing, at) >= 0:
            return False
    return not text[at:].strip()
