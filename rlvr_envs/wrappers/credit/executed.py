"""ExecutedMask: what no test executed carries no weight in a failure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rlvr_envs.facts import Fact, HiddenCase
from rlvr_envs.info import CaseResult, Feedback, Info, Span
from rlvr_envs.parsing.code import CodeBlock
from rlvr_envs.wrappers.base import MAX_SPANS
from rlvr_envs.wrappers.credit.blaming import Blaming
from rlvr_envs.wrappers.credit.lines import block_of, outside
from rlvr_envs.wrappers.credit.statements import Statement, statements_of

#: Verdicts of cases of which it is unknown what they executed until they were stopped.
_STOPPED = frozenset({"timeout", "memory", "output_limit", "crash", "forbidden"})

#: A case that tells of so many lines may have executed more than are told.
_MOST_LINES = 2_000


class ExecutedMask(Blaming):
    """Adds claimed spans of value ``-blame`` over all of an unsolved answer but the statements that no test executed.

    StepCoder (Dou et al. 2024, arXiv 2402.01391) leaves the tokens of lines that the tests never execute out of the loss.  Here
    it is for failed answers alone, and what is no statement of the program (prose, signatures, docstrings, ``else``) keeps its
    full weight.  A trainer that redistributes with a share of 1 gives the dead statements no blame at all, and with a smaller
    one the rest of it.  Nothing dead, nothing said: the answer is then blamed as a whole, as it would be without this wrapper.

    Dead is a statement in a function that no case entered, visible or hidden; statements of the module count where the tests run
    it, as those with stdin do.  Where a case was stopped, or lines are missing from the feedback, it is unknown what ran, and
    nothing is said.

    Reads ``feedback.cases[].lines`` and ``env.unwrapped.evidence``; writes ``credit`` and no reward term.  Stateless; anywhere in
    the stack.
    Invariant: executed lines are the program's own word, so they move credit between characters and never change its sum.
    Moves the gradient away from that of the expected reward: which statements are dead depends on what the answer itself chose.
    Tests that execute little reward wrong code where they do not look.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import ExecutedMask
    >>> env = ExecutedMask(gym.make("rlvr/Code-v0", trace="lines"), blame=0.5)
    >>> _ = env.reset(seed=0)
    >>> env.step("no program")[4]["credit"]
    ()
    """

    needs = (Fact.LINES, Fact.EVIDENCE, Fact.CODE)
    basis = "claimed"

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns the parts of the action that are not dead; none where nothing is."""
        block = None if info["is_success"] else block_of(action, info)
        if block is None:
            return ()
        base: Any = self.unwrapped
        dead = list(_places(block, _dead(block, info["feedback"], base.evidence)))
        dead = sorted(dead, key=lambda piece: piece[0] - piece[1])[: MAX_SPANS - 1]  # so that all parts around them fit
        if not dead:
            return ()
        return [Span(start, end, -self._blame, "executed", "claimed") for start, end in outside(dead, len(action))]


def _dead(block: CodeBlock, feedback: Feedback, evidence: Sequence[HiddenCase]) -> Iterator[Statement]:
    """Yields the statements that could have run in a case and did in none."""
    cases: list[CaseResult | HiddenCase] = [*feedback.cases, *evidence]
    executed = {line for case in cases for line in case.lines}
    unknown = any((case.verdict in _STOPPED and not case.lines) or len(case.lines) >= _MOST_LINES for case in cases)
    if not executed or unknown or "lines" in feedback.truncated or feedback.visible_total > len(feedback.cases):
        return
    statements = statements_of(block.source)
    module = any(not (one.function or one.defines) and _ran(one.first, one.header, executed) for one in statements)
    for one in statements:
        if (one.function or module) and not one.defines and not _ran(one.first, one.last, executed):
            yield one


def _ran(first: int, last: int, executed: set[int]) -> bool:
    return any(line in executed for line in range(first, last + 1))


def _places(block: CodeBlock, statements: Iterable[Statement]) -> Iterator[tuple[int, int]]:
    """Yields where statements stand in the action; those that follow each other within one place."""
    start = end = last = 0
    for one in statements:
        if one.last <= last:  # nested in one that was seen
            continue
        first_span, last_span = block.line_span(one.first), block.line_span(one.last)
        if first_span is None or last_span is None:
            continue
        if end and not "".join(block.lines[last : one.first - 1]).strip():
            end = last_span[1]
        else:
            if end:
                yield start, end
            start, end = first_span[0], last_span[1]
        last = one.last
    if end:
        yield start, end
