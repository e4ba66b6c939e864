"""Shaping: the base of wrappers that turn facts into reward and credit.

A wrapper says one or both of: what it adds to the reward (:meth:`Shaping.reward_term`), and which characters of the action
deserve credit (:meth:`Shaping.credit_spans`).  The base keeps the rules that must never be broken: the terms sum to the reward,
a sample that may not be trained on gets neither, and ``gym.make(env.spec)`` rebuilds the stack.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from rlvr_envs.facts import Fact, check_facts
from rlvr_envs.info import Basis, Info, Span, add_credit, add_reward_term

#: More spans than this would bloat the info; the first ones count.
MAX_SPANS = 64

Kind = Literal["reward", "credit", "feedback", "exploration", "monitoring", "recording"]
#: What a wrapper does to the policy that is best in the end: it leaves it unchanged; it only gives some tasks or answers more
#: weight; it may change it, or moves the gradient away from that of the expected reward.
Effect = Literal["unchanged", "re-weighted", "biased"]


class Traits:
    """What every wrapper of this package says about itself, as class attributes."""

    #: Folder that it belongs to.
    kind: ClassVar[Kind] = "reward"
    #: Facts that it needs.
    needs: ClassVar[tuple[Fact, ...]] = ()
    #: What it does to the optimum; the docstring says why and a test shows it.
    effect: ClassVar[Effect] = "unchanged"
    #: What its spans rest on, None for one that gives none; ``"verified"`` where at least one of them is.
    basis: ClassVar[Basis | None] = None
    #: Name of the reward term; a stack may hold each name once.
    term: ClassVar[str] = ""


class Shaping(gym.Wrapper[str, str, str, str], RecordConstructorArgs, Traits):
    """Adds a reward term and credit spans to every step.

    Reads and writes ``info`` alone, so it works alike around one environment and inside a vector environment.  Stateless unless a
    subclass says otherwise.
    """

    def __init__(self, env: gym.Env[str, str] | gym.vector.VectorEnv[Any, Any, Any], **options: Any) -> None:
        """Wraps ``env``; ``options`` are the subclass's arguments, kept for ``env.spec``.

        Raises:
            TypeError: ``env`` is a vector environment, whose environments are wrapped each on its own.
            ValueError: The environment does not state a fact that the class needs.  Or: an option for a class that has no
                ``__init__`` of its own, and so no options; or the class gives a reward term without a name, or one that a
                wrapper below gives already.
        """
        if isinstance(env, gym.vector.VectorEnv):
            name = type(self).__name__
            raise TypeError(f"{name} wraps one environment, got a vector environment; use make_vec(..., recipe=[{name!r}])")
        if options and type(self).__init__ is Shaping.__init__:
            raise ValueError(f"{type(self).__name__} has no option {next(iter(options))!r}. It has no options")
        check_facts(type(self).__name__, self.needs, env)
        self._check_term(env)
        RecordConstructorArgs.__init__(self, **options)
        gym.Wrapper.__init__(self, env)

    def _check_term(self, env: gym.Env[Any, Any]) -> None:
        kind = type(self)
        if kind.reward_term is Shaping.reward_term:
            return
        if not kind.term:
            raise ValueError(f"{kind.__name__} defines reward_term and must name it: set the class attribute 'term'")
        while isinstance(env, gym.Wrapper):
            if isinstance(env, Shaping) and env.term == kind.term:
                raise ValueError(
                    f"term {kind.term!r} is given by {type(env).__name__} already; each wrapper needs a name of its own"
                )
            env = env.env

    def reward_term(self, action: str, info: Info) -> float | None:
        """Returns what to add to the reward, None to add no term."""
        return None

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns spans of the action that deserve credit or blame."""
        return ()

    def hindsight_spans(self, actions: Sequence[str], infos: Sequence[Info]) -> Sequence[Iterable[Span]]:
        """Returns, for each turn of an episode that is over, spans that only what came later could tell of.

        The infos of earlier turns are in the hands of whoever played them by then, so it is they who ask:
        :func:`rlvr_envs.wrappers.hindsight.with_hindsight`.
        """
        return [()] * len(actions)

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Steps and shapes; a sample that is not trainable passes through unchanged."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        if not info["trainable"]:
            return observation, float(reward), terminated, truncated, info
        term = self.reward_term(action, info)
        spans = checked_spans(type(self).__name__, action, self.credit_spans(action, info))
        if term is not None:
            info = add_reward_term(info, self.term, term)
        if spans:
            info = add_credit(info, spans)
        return observation, info["reward_terms"].total, terminated, truncated, info


def checked_spans(owner: str, action: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Returns the first :data:`MAX_SPANS` spans.

    Raises:
        ValueError: One of them reaches beyond the action.
    """
    found = tuple(spans)[:MAX_SPANS]
    for span in found:
        if span.end > len(action):
            raise ValueError(f"{owner}.credit_spans must give Spans within the action's {len(action)} characters, got {span!r}")
    return found
