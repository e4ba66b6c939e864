"""FeedbackText: choose what the next turn reads about the last answer."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import gymnasium as gym

from rlvr_envs._naming import unknown
from rlvr_envs._numbers import is_whole
from rlvr_envs.facts import Fact
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping
from rlvr_envs.wrappers.feedback.templates import TEMPLATES, render

#: Returns how many tokens a text has.
CountTokens = Callable[[str], int]


class FeedbackText(Shaping):
    r"""Replaces the observation after an action by the feedback as a template says it, cut to a budget.

    Templates: ``full`` (each visible case with values, frames and locals), ``first-failing-case``, ``errors-only`` (exceptions,
    nothing of wrong results), ``location`` (line numbers and kinds of failure alone), ``terse`` (one sentence and counts).

    Reads ``feedback``; writes the observation and ``state_key``, and the last message of ``env.unwrapped.messages``, so that
    messages, saved states and keys say what the model reads.  Stateless.  Place it outside of whatever else changes observations.
    Invariants: the text has at most ``max_chars`` characters (and ``max_tokens`` tokens); it holds nothing of what hidden tests
    expect; no control token of a chat template is whole in it.  A program can dig inputs of later tests out of its own process
    and print or raise them; ``location`` and ``terse`` tell nothing that a program chose, so not even those.
    Reward and optimum of one turn are unchanged; over several turns the task is another one, as the model knows less or more.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import FeedbackText
    >>> env = FeedbackText(gym.make("rlvr/Code-v0", tasks="generated:plus", max_turns=2), template="location")
    >>> _ = env.reset(seed=0)
    >>> print(env.step("```python\ndef f(x) return x\n```")[0].splitlines()[1])
    The program failed at line 1 with SyntaxError.
    """

    kind = "feedback"
    needs = (Fact.CASES,)
    effect = "biased"

    def __init__(
        self,
        env: gym.Env[str, str],
        *,
        template: str = "full",
        max_chars: int = 4000,
        max_tokens: int | None = None,
        count_tokens: str | CountTokens | None = None,
    ) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            template: One of :data:`~rlvr_envs.wrappers.feedback.templates.TEMPLATES`.
            max_chars: The most characters that the text may have, at least 1.
            max_tokens: The most tokens that it may have; None does not count them.
            count_tokens: What counts the tokens of a text: a function, or its place as ``"module:function"``, which a file can
                hold.  Needed with ``max_tokens``.

        Raises:
            ValueError: An unknown template, a budget below 1, or one of the last two without the other.
            TypeError: ``count_tokens`` is no function.
        """
        if template not in TEMPLATES:
            raise ValueError(unknown("template", template, TEMPLATES))
        for name, value in (("max_chars", max_chars), ("max_tokens", max_tokens)):
            if value is not None and (not is_whole(value) or value < 1):
                raise ValueError(f"{name} must be an int of at least 1, got {value!r}")
        if (max_tokens is None) != (count_tokens is None):
            raise ValueError(f"max_tokens and count_tokens go together, got {max_tokens!r} and {count_tokens!r}")
        super().__init__(env, template=template, max_chars=max_chars, max_tokens=max_tokens, count_tokens=count_tokens)
        self._template = TEMPLATES[template]
        self._max_chars, self._max_tokens = max_chars, max_tokens
        self._count = None if count_tokens is None else _function(count_tokens)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Steps, and tells what became of it in the template's words."""
        _, reward, terminated, truncated, info = self.env.step(action)
        text = self._fitting(info)
        if not (terminated or truncated):
            base: Any = self.env.unwrapped
            info = {**info, "state_key": base.retell(text)}
        return text, float(reward), terminated, truncated, info

    def _fitting(self, info: Info) -> str:
        """Returns the longest text that bisection finds within both budgets."""
        feedback = info["feedback"]
        text = render(self._template, feedback, self._max_chars)
        if self._count is None or self._max_tokens is None or self._count(text) <= self._max_tokens:
            return text
        low, high, best = 0, len(text), ""
        while high - low > 1:
            middle = (low + high) // 2
            text = render(self._template, feedback, middle)
            if self._count(text) <= self._max_tokens:
                low, best = middle, text
            else:
                high = middle
        return best


def _function(count_tokens: str | CountTokens) -> CountTokens:
    found: Any = count_tokens
    if isinstance(count_tokens, str):
        module, colon, name = count_tokens.partition(":")
        try:
            found = getattr(importlib.import_module(module), name) if colon else None
        except (ImportError, AttributeError) as error:
            raise ValueError(f"count_tokens {count_tokens!r} cannot be loaded: {error}") from error
    if not callable(found):
        raise TypeError(f"count_tokens must be a function or 'module:function', got {count_tokens!r}")
    counting: CountTokens = found
    return counting
