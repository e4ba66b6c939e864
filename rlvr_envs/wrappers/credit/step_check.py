"""StepCheckCredit: blame the first step of a derivation that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import gymnasium as gym

from rlvr_envs._numbers import check_share
from rlvr_envs.facts import Fact
from rlvr_envs.info import CheckedStep, Info, Span
from rlvr_envs.wrappers.base import Shaping


class StepCheckCredit(Shaping):
    """Adds a verified span of value ``-blame`` on the first wrong step, and one of ``praise / n`` on each right one before it.

    ``n`` is the number of all checked steps, so many small steps earn no more than few large ones.  What follows a wrong step
    rests on it: it gets neither.  Steps that nobody could decide are no part of the facts, so nothing is said of them.

    Reads ``feedback.steps``; writes ``credit`` and no reward term.  Stateless; anywhere in the stack.
    Invariant: what an answer gets is at least ``-blame`` and at most ``praise``, however many steps it has.
    The optimum may differ from that of the reward: an answer may be right in spite of a wrong step, and praise is earned by
    steps that lead nowhere.

    >>> from rlvr_envs.info import CheckedStep, Feedback
    >>> from rlvr_envs.wrappers.credit.step_check import step_spans
    >>> steps = (CheckedStep(True, (0, 9)), CheckedStep(False, (10, 19)), CheckedStep(False, (20, 29)))
    >>> [(span.start, span.value) for span in step_spans(steps, blame=1.0, praise=0.75)]
    [(0, 0.25), (10, -1.0)]
    """

    kind = "credit"
    needs = (Fact.STEPS,)
    effect = "biased"
    basis = "verified"

    def __init__(self, env: gym.Env[str, str], *, blame: float = 1.0, praise: float = 0.0) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            blame: In (0, 1]: the value of the first wrong step's span, negated.
            praise: In [0, 1]: what the right steps before it would get together if all steps were right.

        Raises:
            ValueError: An option is outside its range, or the environment checks no steps.
        """
        check_share("praise", praise, "[0, 1]")
        check_share("blame", blame)
        self._blame, self._praise = blame, praise
        super().__init__(env, blame=blame, praise=praise)

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns the first wrong step and the right ones before it, that one first."""
        found = step_spans(info["feedback"].steps, blame=self._blame, praise=self._praise)
        return sorted(found, key=lambda span: span.value)  # should there be too many, the blame is kept


def step_spans(steps: Sequence[CheckedStep], *, blame: float, praise: float) -> Iterator[Span]:
    """Yields the spans of :class:`StepCheckCredit` in the order of the steps; a step without a place has none."""
    for step in steps:
        value = praise / len(steps) if step.ok else -blame
        if value and 0 <= step.span[0] < step.span[1]:
            yield Span(*step.span, value, "steps", "verified")
        if not step.ok:
            return
