"""TracebackCredit: blame the places where the program says that it failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import gymnasium as gym

from rlvr_envs._numbers import check_share
from rlvr_envs.facts import Fact
from rlvr_envs.info import ExceptionInfo, Feedback, Info, Span
from rlvr_envs.wrappers.base import Shaping


class TracebackCredit(Shaping):
    r"""Adds claimed spans of value ``-blame * decay**k`` at the frame ``k`` calls above the deepest one in the model's own code.

    The exceptions are those of visible cases and of loading the program.  A span is the frame's columns where the interpreter
    names them (the call, the subscript, the failing ``assert`` of the program itself), else its line.  A place that several
    frames or cases name is blamed once, with the largest of its values.  Wrong values without an exception leave no span: there
    is no place to name.  RLTF (Liu et al. 2023, arXiv 2307.04349) blames the line of the deepest frame: that is ``decay=0``,
    except that it looks for the line by its text, and so may hit another that reads the same.

    Reads ``feedback.exception`` and ``feedback.cases[].exception``; writes ``credit`` and no reward term.  Stateless; anywhere
    in the stack.
    Invariant: a traceback is the program's own word, so it moves credit between characters and never changes its sum.
    Moves the gradient away from that of the expected reward unless the place is right (:func:`rlvr_envs.credit.redistribute`).

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import TracebackCredit
    >>> env = TracebackCredit(gym.make("rlvr/Code-v0"))
    >>> _ = env.reset(seed=0)
    >>> action = "x = 1\nraise ValueError(x)"
    >>> [action[span.start : span.end] for span in env.step(action)[4]["credit"]]
    ['raise ValueError(x)']
    """

    kind = "credit"
    needs = (Fact.TRACEBACKS,)
    effect = "biased"
    basis = "claimed"

    def __init__(self, env: gym.Env[str, str], *, blame: float = 1.0, decay: float = 0.5) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            blame: In (0, 1]: the value of the deepest frame's span, negated.
            decay: In [0, 1]: what a caller gets of its callee's blame; 0 blames the deepest frame alone.

        Raises:
            ValueError: An option is outside its range, or the environment tells no tracebacks.
        """
        check_share("decay", decay, "[0, 1]")
        check_share("blame", blame)
        self._blame, self._decay = blame, decay
        super().__init__(env, blame=blame, decay=decay)

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns one span a place, the most blamed ones first."""
        if info["is_success"]:
            return ()
        weights: dict[tuple[int, int], float] = {}
        for error in _raised(info["feedback"]):
            weight = 1.0
            for frame in reversed(error.frames):
                if 0 <= frame.span[0] < frame.span[1] and weight > weights.get(frame.span, 0.0):
                    weights[frame.span] = weight
                weight *= self._decay
        ranked = sorted(weights.items(), key=lambda item: -item[1])  # stable: of equal ones the first named
        return [Span(start, end, -self._blame * weight, "traceback", "claimed") for (start, end), weight in ranked]


def _raised(feedback: Feedback) -> Iterator[ExceptionInfo]:
    """Yields the exceptions that the program itself told of."""
    for error in (feedback.exception, *(case.exception for case in feedback.cases)):
        if error is not None and error.basis == "claimed":
            yield error
