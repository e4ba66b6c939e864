"""TracebackCredit: blame the place where the program failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import gymnasium as gym

from rlvr_envs._numbers import is_number
from rlvr_envs.facts import Fact
from rlvr_envs.info import Basis, ExceptionInfo, Feedback, Info, Span
from rlvr_envs.wrappers.base import Shaping


class TracebackCredit(Shaping):
    """Adds a span of value ``-blame`` at the failing line and column of an unsolved answer.

    Reads ``feedback``; writes ``credit`` and no reward term.  Stateless; anywhere in the stack.
    A syntax error's place is computed on the trusted side (basis ``verified``); a traceback is the program's own word (basis
    ``claimed``), so it may move credit and never add any.  The deepest frame in the model's own code is blamed, each place once.
    Wrong values without an exception leave no span: there is no place to name.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import TracebackCredit
    >>> env = TracebackCredit(gym.make("rlvr/Code-v0"))
    >>> _ = env.reset(seed=0)
    >>> env.step("def f(x) return x")[4]["credit"][0].basis
    'verified'
    """

    kind = "credit"
    needs = (Fact.TRACEBACKS,)
    effect = "biased"
    basis = "verified"

    def __init__(self, env: gym.Env[str, str], *, blame: float = 1.0) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            blame: In (0, 1]: the spans' value, negated.

        Raises:
            ValueError: ``blame`` is outside (0, 1].
        """
        if not is_number(blame) or not 0.0 < blame <= 1.0:
            raise ValueError(f"blame must be in (0, 1], got {blame!r}")
        super().__init__(env, blame=blame)
        self._blame = blame

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns one span per failing place, in order of first appearance."""
        if info["is_success"]:
            return ()
        places = dict.fromkeys(_places(info["feedback"]))
        return [Span(start, end, -self._blame, "traceback", basis) for start, end, basis in places]


def _places(feedback: Feedback) -> Iterator[tuple[int, int, Basis]]:
    for error in (feedback.exception, *(case.exception for case in feedback.cases)):
        if isinstance(error, ExceptionInfo) and error.frames:
            start, end = error.frames[-1].span
            if 0 <= start < end:
                yield start, end, error.basis
