"""SpectrumCredit: blame the lines that failing tests execute and passing ones do not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import gymnasium as gym

from rlvr_envs._naming import unknown
from rlvr_envs._numbers import check_share
from rlvr_envs.facts import Fact, HiddenCase
from rlvr_envs.info import CaseResult, Feedback, Info, Span
from rlvr_envs.wrappers.base import Shaping
from rlvr_envs.wrappers.credit.lines import line_spans


def ochiai(ef: int, ep: int, failed: int, passed: int) -> float:
    """Returns ``ef / sqrt(failed * (ef + ep))``."""
    return ef / math.sqrt(failed * (ef + ep)) if ef else 0.0


def tarantula(ef: int, ep: int, failed: int, passed: int) -> float:
    """Returns ``(ef / failed) / (ef / failed + ep / passed)``."""
    return (ef / failed) / (ef / failed + ep / passed) if ef else 0.0


def dstar(ef: int, ep: int, failed: int, passed: int) -> float:
    """Returns ``ef**2 / (ep + failed - ef)``; twice the most that it can be elsewhere where only failing tests execute a line."""
    missed = ep + failed - ef
    return ef**2 / missed if missed else 2.0 * failed**2


#: Name -> suspiciousness of a line from ``(ef, ep, failed, passed)``: the failing and the passing tests that execute it, and all
#: failing and passing tests, both at least one.
FORMULAS: Final[Mapping[str, Callable[[int, int, int, int], float]]] = {"ochiai": ochiai, "tarantula": tarantula, "dstar": dstar}


class SpectrumCredit(Shaping):
    """Adds claimed spans of value ``-blame * s(line) / max s`` on the lines of an unsolved answer, ``s`` their suspiciousness.

    Over visible and hidden cases, ``ef`` failing and ``ep`` passing ones execute the line, ``nf`` and ``np`` do not:

    - ``ochiai``: ``ef / sqrt((ef + nf) * (ef + ep))`` (Abreu et al. 2006);
    - ``tarantula``: ``(ef / (ef + nf)) / (ef / (ef + nf) + ep / (ep + np))`` (Jones, Harrold 2005);
    - ``dstar``: ``ef**2 / (ep + nf)`` (Wong et al. 2014, with the exponent 2).

    Lines that tie are blamed alike.  Where no case passes, or all executed lines tie (straight-line code), the spectrum knows
    nothing and says nothing: the answer is then blamed as a whole.  Cases without executed lines take no part, and of a line
    no more is known than that it ran: on one-line mutants of HumanEval Ochiai puts about half of the bugs first of 7 lines.

    Reads ``feedback.cases[].lines`` and ``env.unwrapped.evidence``; writes ``credit`` and no reward term.  Stateless; anywhere in
    the stack.
    Invariant: verdicts are verified, executed lines the program's own word; so they move credit between characters and never
    change its sum.
    Moves the gradient away from that of the expected reward unless the place is right (:func:`rlvr_envs.credit.redistribute`).

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import SpectrumCredit
    >>> env = SpectrumCredit(gym.make("rlvr/Code-v0", trace="lines"), formula="tarantula")
    >>> _ = env.reset(seed=0)
    >>> env.step("no program")[4]["credit"]
    ()
    """

    kind = "credit"
    needs = (Fact.LINES, Fact.EVIDENCE, Fact.CODE)
    effect = "biased"
    basis = "claimed"

    def __init__(
        self, env: gym.Env[str, str], *, formula: str = "ochiai", blame: float = 1.0, traceback_first: bool = False
    ) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            formula: ``"ochiai"``, ``"tarantula"`` or ``"dstar"``.
            blame: In (0, 1]: the value of the most suspicious line's span, negated.
            traceback_first: Whether the deepest line of a visible case's exception is the most suspicious one, and all others
                count half of what they would.

        Raises:
            ValueError: An unknown formula, ``blame`` is outside (0, 1], or the environment traces no lines or states no evidence.
        """
        if formula not in FORMULAS:
            raise ValueError(unknown("formula", str(formula), FORMULAS))
        check_share("blame", blame)
        self._formula, self._blame, self._traceback_first = FORMULAS[formula], blame, traceback_first
        super().__init__(env, formula=formula, blame=blame, traceback_first=traceback_first)

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns one span a line, the most suspicious ones first."""
        if info["is_success"]:
            return ()
        base: Any = self.unwrapped
        feedback: Feedback = info["feedback"]
        scores = suspiciousness([*feedback.cases, *base.evidence], self._formula)
        if self._traceback_first:
            raised = _raising_lines(feedback)
            scores = {**{line: score / 2.0 for line, score in scores.items()}, **dict.fromkeys(raised, 1.0)}
        spans = line_spans(action, info) if scores else {}
        ranked = sorted(((score, line) for line, score in scores.items() if score and line in spans), key=lambda one: -one[0])
        return [Span(*spans[line], -self._blame * score, "spectrum", "claimed") for score, line in ranked]


def suspiciousness(
    cases: Iterable[CaseResult | HiddenCase], formula: Callable[[int, int, int, int], float] = ochiai
) -> dict[int, float]:
    """Returns the suspiciousness of each executed line, as a share of the largest; nothing where the lines are all alike.

    Args:
        cases: The cases; those without lines take no part.
        formula: One of :data:`FORMULAS`.
    """
    told = [case for case in cases if case.lines]
    failing: Sequence[frozenset[int]] = [frozenset(case.lines) for case in told if not case.passed]
    passing: Sequence[frozenset[int]] = [frozenset(case.lines) for case in told if case.passed]
    if not failing or not passing:
        return {}
    scores = {
        line: formula(sum(line in one for one in failing), sum(line in one for one in passing), len(failing), len(passing))
        for line in sorted(frozenset().union(*failing, *passing))
    }
    largest = max(scores.values())
    if min(scores.values()) == largest:
        return {}
    return {line: score / largest for line, score in scores.items()}


def _raising_lines(feedback: Feedback) -> list[int]:
    """Returns the deepest line of the exception of each visible case that failed with one."""
    raised = (case.exception for case in feedback.cases if not case.passed)
    return [error.frames[-1].line for error in raised if error is not None and error.frames]
