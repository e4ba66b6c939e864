"""DivergenceCredit: blame the place where a program first makes another value than the task's reference does."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import gymnasium as gym

from rlvr_envs._numbers import check_share, is_number
from rlvr_envs.errors import InfraError
from rlvr_envs.facts import Fact
from rlvr_envs.info import Info, Span
from rlvr_envs.verifiers.divergence import divergence_lines
from rlvr_envs.wrappers.base import Shaping
from rlvr_envs.wrappers.credit.lines import line_spans, program_of

_log = logging.getLogger(__name__)


class DivergenceCredit(Shaping):
    r"""Adds a span of value ``-blame * w_l / max(w)`` at each line where an unsolved answer first departs from the reference.

    ``w_l`` is proportional to the share of inputs with another answer on which line ``l`` makes the first value that the
    reference does not make there (:func:`rlvr_envs.verifiers.divergence.divergence_lines`). What comes before or after such a
    place gets no span.

    After EGCA (Kumar 2026, arXiv 2603.16158), of which only abstract and introduction could be read: kept are that both programs
    run under the same tracing, that the earliest divergence is blamed, and that what follows it is not.  It departs in these: a
    divergence is of values in the order in which they are made, not of whole states; every failed input has a vote, so several
    lines may be named; the span says where and the trainer how much (share 1 of :func:`rlvr_envs.credit.redistribute` masks all
    other tokens, as EGCA does those that follow); answers that break the task's constraints get no special case.

    Price: two further programs for each unsolved answer (it and the reference), traced, which takes several times as long.

    Reads ``feedback``, ``env.unwrapped.task`` and ``env.unwrapped.sandbox``; writes ``credit`` and no reward term.  Stateless;
    anywhere in the stack.  Nothing for a task without a reference, whose tests are statements, or where no value differs.
    Basis ``claimed``: values are what the program says that it makes.  The reference runs in a process of its own, and nothing of
    it but these places is told.

    Invariant: spans are within the program, and the largest is ``-blame``.  Biased: blame at one place alone moves the gradient,
    and the place may be wrong where the answer solves the task in another way than the reference.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import DivergenceCredit
    >>> task = {"task_id": "t", "prompt": "Double.", "entry_point": "f", "reference": "def f(x):\n    return x + x"}
    >>> task["tests"] = {"visible": [], "hidden": [{"args": [3], "expected": 6}]}
    >>> env = DivergenceCredit(gym.make("rlvr/Code-v0", tasks=[task]))
    >>> _ = env.reset(seed=0)
    >>> action = "def f(x):\n    return x * 3"
    >>> [action[span.start : span.end] for span in env.step(action)[4]["credit"]]
    ['return x * 3']
    """

    kind = "credit"
    needs = (Fact.CODE, Fact.REFERENCE)
    effect = "biased"
    basis = "claimed"

    def __init__(self, env: gym.Env[str, str], *, blame: float = 1.0, time_s: float = 1.0) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            blame: In (0, 1]: the value of the span at the likeliest line, negated.
            time_s: Positive: seconds that each of the two programs may take.

        Raises:
            ValueError: An option is out of its range.
        """
        check_share("blame", blame)
        if not is_number(time_s) or not time_s > 0.0:
            raise ValueError(f"time_s must be a positive number, got {time_s!r}")
        super().__init__(env, blame=blame, time_s=time_s)
        self._blame, self._time_s = blame, time_s

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns a span for each line where the programs diverge on some input."""
        program = None if info["is_success"] else program_of(action, info)
        base: Any = self.env.unwrapped
        reference = getattr(base.task, "reference", None)
        if program is None or reference is None:
            return ()
        try:
            weights = divergence_lines(base.sandbox, program, reference, base.task, time_s=self._time_s)
        except InfraError as error:  # says nothing about the answer, which was judged before
            _log.warning("task %s: no credit, as values could not be traced: %s", info["task_id"], error)
            return ()
        places = line_spans(action, info)
        most = max(weights.values(), default=1.0)
        named = [(places[line], weight / most) for line, weight in weights.items() if line in places]
        return [Span(*place, -self._blame * weight, "divergence", "claimed") for place, weight in named]
