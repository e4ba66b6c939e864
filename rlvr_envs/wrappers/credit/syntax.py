"""SyntaxCredit: blame the place of a syntax error, which the trusted side found itself."""

from __future__ import annotations

from collections.abc import Iterable

from rlvr_envs.facts import Fact
from rlvr_envs.info import Info, Span
from rlvr_envs.wrappers.credit.blaming import Blaming


class SyntaxCredit(Blaming):
    r"""Adds one verified span of value ``-blame`` where an answer's program stops being Python.

    RLTF (Liu et al. 2023, arXiv 2307.04349) penalises the tokens of the line that the compiler reports; here it is the reported
    columns, or the line where there are none.  What only the compiler of the guest finds (``return`` outside a function) is the
    guest's word, and :class:`TracebackCredit`'s business.

    Reads ``feedback.exception``; writes ``credit`` and no reward term.  Stateless; anywhere in the stack.
    Invariant: no answer gets more than one span, and none whose program parses gets any; no program can forge one.
    The optimum is that of the reward where some policy solves every task, as it makes no syntax errors; else it may differ, as
    the blame is an amount of its own (``verified_coef`` of a trainer scales it).

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import SyntaxCredit
    >>> env = SyntaxCredit(gym.make("rlvr/Code-v0"))
    >>> _ = env.reset(seed=0)
    >>> env.step("```python\ndef f(x) return x\n```")[4]["credit"]
    (Span(start=19, end=25, value=-1.0, source='syntax', basis='verified'),)
    """

    needs = (Fact.SYNTAX,)
    basis = "verified"

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns the place of the syntax error, if there is one."""
        error = info["feedback"].exception
        if error is None or error.basis != "verified" or not error.frames:
            return ()
        start, end = error.frames[-1].span
        return (Span(start, end, -self._blame, "syntax", "verified"),) if 0 <= start < end else ()
