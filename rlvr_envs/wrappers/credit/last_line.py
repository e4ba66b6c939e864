"""LastLineCredit: blame where the program was when its time was up."""

from __future__ import annotations

from collections.abc import Iterable

from rlvr_envs.facts import Fact
from rlvr_envs.info import Info, Span
from rlvr_envs.wrappers.credit.blaming import Blaming
from rlvr_envs.wrappers.credit.lines import line_spans, program_of
from rlvr_envs.wrappers.credit.statements import statements_of


class LastLineCredit(Blaming):
    """Adds claimed spans of value ``-blame`` at the line where a visible case ran out of time, and at the head of its loop.

    The line is that of the innermost frame in the model's own code; the head is the first line of the innermost loop of the
    program's text that holds it, since a loop that does not end is wrong in its condition as often as in its body.  Whole lines
    are blamed and no columns: at which instant of a line the time is up is chance.

    Reads ``feedback.cases[].stopped_at``; writes ``credit`` and no reward term.  Stateless; anywhere in the stack.
    Invariant: where it was is the program's own word, so it moves credit between characters and never changes its sum.
    Moves the gradient away from that of the expected reward unless the place is right (:func:`rlvr_envs.credit.redistribute`).

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import LastLineCredit
    >>> env = LastLineCredit(gym.make("rlvr/Code-v0"))
    >>> _ = env.reset(seed=0)
    >>> env.step("print('ended')")[4]["credit"]
    ()
    """

    needs = (Fact.STOPS, Fact.CODE)
    basis = "claimed"

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns one span a line, in order of first appearance."""
        if info["is_success"]:
            return ()
        stopped = dict.fromkeys(case.stopped_at[-1].line for case in info["feedback"].cases if case.stopped_at)
        source = program_of(action, info) if stopped else None
        if source is None:
            return ()
        spans = line_spans(action, info)
        lines = dict.fromkeys(line for last in stopped for line in (last, _loop_around(source, last)) if line in spans)
        return [Span(*spans[line], -self._blame, "last_line", "claimed") for line in lines]


def _loop_around(source: str, line: int) -> int:
    """Returns the first line of the innermost loop that holds the line, 0 where there is none."""
    return next((one.loop for one in reversed(statements_of(source)) if one.first <= line <= one.last), 0)
