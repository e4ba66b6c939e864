"""CounterfactualCredit: change one statement at a time, judge again, and blame the statement whose change helps."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Any, Final

import gymnasium as gym

from rlvr_envs._numbers import check_share, is_number, is_whole
from rlvr_envs.errors import InfraError
from rlvr_envs.facts import Fact, HiddenCase, check_facts
from rlvr_envs.info import Info, Span, Verdict
from rlvr_envs.wrappers.base import MAX_SPANS, Shaping
from rlvr_envs.wrappers.credit.lines import block_of
from rlvr_envs.wrappers.credit.shapley import Walks
from rlvr_envs.wrappers.credit.variants import Statement, in_turn, statements_of, variants_of

#: Weights of statements are raised to this power: ours, so that one whose change repairs a program outweighs a dozen others.
_SHARPNESS: Final = 4
_BROKEN: Final = ("infra_error", "unscored")

_log = logging.getLogger(__name__)


class CounterfactualCredit(Shaping):
    """Adds spans that share out what an unsolved answer lacks, ``blame * (score - 1)``, among its statements.

    ``value_s = blame * (score - 1) * w_s / sum(w)``.  Variants of the program differ in one part of one statement (operators,
    comparisons, constants by one, conditions negated, arguments swapped, the statement dropped; the rest of the action stays as
    it is, byte for byte) and are judged on the same tests.  With ``F`` failed and ``P`` passed tests, of which a variant lets
    ``f`` pass and ``p`` fail, ``w_s = ((1 + max_v(f_v / F - p_v / P)) / 2) ** 4``; the maximum is 0 where a statement has no
    variant.  It is the form of MUSE (Moon, Kim, Kim, Yoo, ICST 2014), with the maximum over variants in place of the mean and
    without the factor that balances the two terms over a whole program; the power is ours.

    With ``method="shapley"``, ``w_s = max(0, -phi_s)`` for the Shapley value ``phi_s`` of the statement in the score of programs
    that hold only some of the statements, estimated along random orders (Castro et al. 2009) that the action alone decides.

    Price: up to ``budget`` further programs for each unsolved answer, in one batch, none for a solved one.  A variant that
    loops costs its whole time, so a variant may take ``time_s`` more than twice what the answer took, or ``time_s`` alone where
    the answer's own time was up.

    Reads ``feedback`` and ``score``, and judges again through ``env.unwrapped.judge_instead``, which knows the state before the
    last action: so it is known whether the answer was solved before anything is paid, and an answer that ended its episode can be
    judged.  Writes ``credit`` and no reward term.  Stateless; anywhere in the stack.

    Invariant: an unsolved answer's spans sum to ``blame * (score - 1)``, whatever its program does, is, or says of itself; where
    nothing can be told apart it lies evenly on the statements, on the program that does not parse, or on the answer without one.
    The exception: where the machinery failed there are no spans.  With ``spectrum`` the place rests on executed lines, which are
    claimed, and so is the basis.  Then ``w_s = ((1 + max_v(...) + ochiai_s) / 3) ** 4``.

    Biased: blame at the true first wrong statement alone moves the gradient (:func:`rlvr_envs.credit.redistribute`), and a change
    that helps may be elsewhere than the mistake.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import CounterfactualCredit
    >>> env = CounterfactualCredit(gym.make("rlvr/Echo-v0"))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ValueError: CounterfactualCredit needs feedback.code_span, and rlvr/Echo-v0 as it was made does not state it
    """

    kind = "credit"
    needs = (Fact.CODE, Fact.REJUDGE)
    effect = "biased"
    basis = "verified"

    def __init__(
        self,
        env: gym.Env[str, str],
        *,
        blame: float = 1.0,
        budget: int = 20,
        method: str = "variants",
        spectrum: bool = False,
        time_s: float = 0.5,
    ) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            blame: In (0, 1]: what an answer that passes nothing is blamed in all.
            budget: The most programs that are judged for one answer, at least 1.
            method: ``"variants"`` or ``"shapley"``.
            spectrum: Whether executed lines of failed and passed tests decide the place too (Ochiai); spans are claimed then.
            time_s: Positive: seconds that a variant may take beyond twice the answer's own, unless that was used up.

        Raises:
            ValueError: An option is out of its range, or ``spectrum`` is asked of an environment that does not trace lines or
                of the other method.
        """
        check_share("blame", blame)
        if not is_whole(budget) or budget < 1:
            raise ValueError(f"budget must be an int of at least 1, got {budget!r}")
        if method not in ("variants", "shapley"):
            raise ValueError(f"method must be 'variants' or 'shapley', got {method!r}")
        if spectrum and method == "shapley":
            raise ValueError(f"spectrum must be False with method='shapley', got {spectrum!r}")
        if not is_number(time_s) or not time_s > 0.0:
            raise ValueError(f"time_s must be a positive number, got {time_s!r}")
        if spectrum:
            check_facts(type(self).__name__, (Fact.EVIDENCE, Fact.LINES), env)
        super().__init__(env, blame=blame, budget=budget, method=method, spectrum=spectrum, time_s=time_s)
        self._blame, self._budget, self._method = blame, budget, method
        self._spectrum, self._time_s = spectrum, time_s

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns a span for each statement that bears some of the blame, in the order of the text."""
        total = self._blame * (1.0 - info["score"])
        if info["is_success"] or total <= 0.0:
            return ()
        block = block_of(action, info)
        statements = [] if block is None else statements_of(block)
        if not statements:
            place = (0, len(action)) if block is None else (block.start, block.end)
            return [self._span(place, -total)] if place[0] < place[1] else ()
        try:
            weights = self._weights(action, info, statements)
        except InfraError as error:  # says nothing about the answer, which was judged before
            _log.warning("task %s: no credit, as its variants could not be judged: %s", info["task_id"], error)
            return ()
        kept = sorted(sorted(range(len(weights)), key=lambda number: -weights[number])[:MAX_SPANS])
        whole = sum(weights[number] for number in kept)
        values = [(statements[number].span, -total * weights[number] / whole) for number in kept if weights[number] > 0.0]
        return [self._span(place, value) for place, value in values]

    def _span(self, place: tuple[int, int], value: float) -> Span:
        return Span(*place, max(value, -1.0), "counterfactual", "claimed" if self._spectrum else "verified")

    def _weights(self, action: str, info: Info, statements: Sequence[Statement]) -> list[float]:
        """Returns a weight for each statement, at least one of them positive."""
        if self._method == "shapley":
            walks = Walks(action, statements, self._budget)
            weights = walks.weights(info["score"], [outcome.score for outcome in self._judge(walks.actions, info)])
            return weights if any(weights) else [1.0] * len(weights)
        block = block_of(action, info)
        assert block is not None
        variants = in_turn(variants_of(action, block, statements), self._budget)
        before = _cases(self.env.unwrapped.evidence, info["feedback"].cases)  # type: ignore[attr-defined]
        outcomes = self._judge([variant.action for variant in variants], info)
        best: list[float | None] = [None] * len(statements)
        for variant, outcome in zip(variants, outcomes, strict=True):
            if outcome.feedback.verdict not in _BROKEN:
                rise = _rise(before, _cases(outcome.evidence, outcome.feedback.cases))
                known = best[variant.statement]
                best[variant.statement] = rise if known is None else max(known, rise)
        seen = ochiai(before, [statement.line for statement in statements]) if self._spectrum else [0.0] * len(statements)
        parts = 3 if self._spectrum else 2
        return [((1.0 + (rise or 0.0) + lines) / parts) ** _SHARPNESS + 1e-9 for rise, lines in zip(best, seen, strict=True)]

    def _judge(self, actions: Sequence[str], info: Info) -> list[Any]:
        if not actions:
            return []
        used = 0.0 if info["verdict"] == Verdict.TIMEOUT else info["feedback"].resources.wall_s
        seconds = self._time_s + 2.0 * used
        found: list[Any] = self.env.unwrapped.judge_instead(actions, time_s=seconds)  # type: ignore[attr-defined]
        return found


def _cases(evidence: Sequence[HiddenCase], visible: Sequence[Any]) -> Sequence[HiddenCase]:
    """Returns the cases that decide: the hidden ones, or the visible ones of a task without."""
    return evidence or [HiddenCase(case.verdict, case.lines) for case in visible]


def _rise(before: Sequence[HiddenCase], after: Sequence[HiddenCase]) -> float:
    """Returns the share of failed cases that pass now, less the share of passed ones that fail now, in [-1, 1].

    No case after all is a program that did not come so far.
    """
    now = [case.passed for case in after] or [False] * len(before)
    failed = [new for old, new in zip(before, now, strict=True) if not old.passed]
    passed = [new for old, new in zip(before, now, strict=True) if old.passed]
    mended = sum(failed) / len(failed) if failed else 0.0
    return mended - (1.0 - sum(passed) / len(passed) if passed else 0.0)


def ochiai(cases: Sequence[HiddenCase], lines: Sequence[int]) -> list[float]:
    """Returns ``ef / sqrt(F * (ef + ep))`` for each line: executed by ``ef`` of ``F`` failed cases and by ``ep`` passed ones."""
    failed = [set(case.lines) for case in cases if not case.passed]
    passed = [set(case.lines) for case in cases if case.passed]
    found = []
    for line in lines:
        ef, ep = sum(line in one for one in failed), sum(line in one for one in passed)
        found.append(ef / sqrt(len(failed) * (ef + ep)) if ef else 0.0)
    return found
