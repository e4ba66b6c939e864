"""ConstraintCredit: blame the places where an instruction's constraints are broken."""

from __future__ import annotations

from collections.abc import Iterable

from rlvr_envs.facts import Fact
from rlvr_envs.info import Info, Span
from rlvr_envs.wrappers.credit.blaming import Blaming


class ConstraintCredit(Blaming):
    """Adds a verified span of value ``-blame / n`` where each broken constraint is broken, ``n`` the number of all constraints.

    What is missing (a word that had to occur) has no place: there the span is the whole action.  How many constraints there are
    is the task's business, so nothing that an answer says changes what one of them weighs.

    Reads ``feedback.constraints``; writes ``credit`` and no reward term.  Stateless; anywhere in the stack.
    Invariant: what an action gets is ``-blame`` times the share of constraints that it breaks.
    The optimum is that of the reward where some answer keeps every constraint; else it may differ, as the blame is an amount of
    its own.

    >>> from rlvr_envs.wrappers import ConstraintCredit
    >>> ConstraintCredit.needs[0].value
    'feedback.constraints'
    """

    needs = (Fact.CONSTRAINTS,)
    basis = "verified"

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns one span a broken constraint; none for an empty action, which has no characters to blame."""
        constraints = info["feedback"].constraints
        places = [one.span if 0 <= one.span[0] < one.span[1] else (0, len(action)) for one in constraints if not one.ok]
        value = -self._blame / max(1, len(constraints))
        return [Span(start, end, value, "constraints", "verified") for start, end in places if action]
