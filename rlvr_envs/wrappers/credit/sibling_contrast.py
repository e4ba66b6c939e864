"""SiblingContrast: blame a failing program where it differs from the nearest passing one, and praise that one there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from rlvr_envs._numbers import check_share, is_whole
from rlvr_envs.info import Span
from rlvr_envs.parsing.code import CodeBlock
from rlvr_envs.parsing.contrast import Contrast, contrast
from rlvr_envs.parsing.statements import Place, Program, statements_of
from rlvr_envs.wrappers.credit.lines import block_of
from rlvr_envs.wrappers.group import Group, GroupShaping

#: How much more a strong difference counts than a weak one, as a power of its weight.
_SHARPNESS = 4
#: Place of a difference in the program, with its weight.
_Weights = Mapping[Place, float]


class SiblingContrast(GroupShaping):
    r"""Adds spans to failing and passing programs of a group, at the statements in which they differ.

    Each failing program is compared with the nearest passing one of the group (:mod:`rlvr_envs.parsing.contrast`: names, layout,
    comments, order and many ways of writing one thing do not count).  Its ``places`` most suspicious statements share ``-blame``;
    a statement that nearly has a counterpart gets most, one that was just written in another way little::

        value_s = -blame * w_s^4 / sum(w^4)

    A passing program that was nearest to any failing one shares ``praise`` in the same way over its side of the differences.

    Ours, not published: no reference, no teacher, no judge.  Where to look was computed here from two texts and two verdicts,
    so the basis is ``verified``, and the sum over an answer is fixed by verdicts and texts: ``-blame``, ``praise`` or nothing.
    Reads ``feedback.code_span``, ``is_success`` and the answers; writes ``credit`` and no reward term.  Stateless; the order
    among other shapers is of no matter.  Claimed places (``SpectrumCredit``, ``TracebackCredit``) combine with it by the one
    rule of :mod:`rlvr_envs.credit`.
    No span: in groups in which all pass or all fail; for answers without a program, with a syntax error (``SyntaxCredit``
    blames those) or with more than 3,000 nodes; and for programs that differ in nothing that is looked at.
    A missing statement has no place of its own.  Then what is next to it is blamed, or what uses its result.
    The optimum may change: a span adds to an advantage whatever the baseline, so equal mistakes weigh more in groups
    with a passing answer.

    >>> from rlvr_envs.wrappers import SiblingContrast
    >>> from rlvr_envs.info import Feedback
    >>> def said(action, solved):
    ...     feedback = Feedback("solved" if solved else "wrong", code_span=(0, len(action)))
    ...     return {"task_id": "t", "trainable": True, "is_success": solved, "feedback": feedback, "credit": ()}
    >>> wrong = "def f(items):\n    return [i for i in items if i > 2]"
    >>> right = "def f(xs):\n    out = []\n    for x in xs:\n        if 3 < x: out.append(x)\n    return out"
    >>> shaped = SiblingContrast(places=1).shape([wrong, right], [said(wrong, False), said(right, True)])
    >>> [(wrong[span.start : span.end], span.value) for span in shaped[0]["credit"]]
    [('i > 2', -1.0)]
    >>> [(right[span.start : span.end], span.value) for span in shaped[1]["credit"]]
    [('3 < x', 1.0)]
    """

    kind = "credit"
    effect = "biased"
    basis = "verified"

    def __init__(self, *, blame: float = 1.0, praise: float = 1.0, places: int = 3) -> None:
        """Takes the amounts.

        Args:
            blame: In [0, 1]: what the spans of a failing answer sum to, negated.
            praise: In [0, 1]: what the spans of a passing answer sum to.
            places: Most statements of an answer that get a span, at least 1.

        Raises:
            ValueError: A value outside its range, or both amounts are 0.
        """
        for name, value in (("blame", blame), ("praise", praise)):
            check_share(name, value, "[0, 1]")
        if blame == praise == 0.0:
            raise ValueError("blame or praise must be above 0, got 0 for both; leave SiblingContrast out")
        if not is_whole(places) or places < 1:
            raise ValueError(f"places must be an int of at least 1, got {places!r}")
        self._blame, self._praise, self._places = blame, praise, places

    def group_spans(self, group: Group) -> Sequence[Iterable[Span]]:
        """Returns the spans of each answer."""
        pairs = zip(group.actions, group.infos, strict=True)
        blocks = [block_of(action, info) for action, info in pairs]
        programs = [None if block is None else _program(block.source) for block in blocks]
        passing = [i for i, info in enumerate(group.infos) if programs[i] is not None and info["is_success"]]
        blamed: dict[int, _Weights] = {}
        praised: dict[int, dict[Place, float]] = {}
        for i, (program, info) in enumerate(zip(programs, group.infos, strict=True)):
            if program is None or info["is_success"] or not passing:
                continue
            found, nearest = _nearest(program, passing, programs)
            blamed[i] = {one.place: one.weight for one in found.left}
            theirs = praised.setdefault(nearest, {})
            for one in found.right:
                theirs[one.place] = theirs.get(one.place, 0.0) + one.weight
        return [
            self._spans(blocks[i], blamed.get(i, {}), -self._blame) or self._spans(blocks[i], praised.get(i, {}), self._praise)
            for i in range(len(group))
        ]

    def _spans(self, block: CodeBlock | None, weights: _Weights, amount: float) -> list[Span]:
        """Returns spans that sum to ``amount``, none where there is no place or nothing to give."""
        placed = [] if block is None else [(weight, span) for place, weight in weights.items() if (span := _span(block, place))]
        top = sorted(placed, key=lambda one: (-one[0], one[1]))[: self._places]
        total = sum(weight**_SHARPNESS for weight, _ in top)
        if amount == 0.0 or total == 0.0:
            return []
        return [Span(start, end, amount * weight**_SHARPNESS / total, "sibling", "verified") for weight, (start, end) in top]


def _nearest(program: Program, passing: Sequence[int], programs: Sequence[Program | None]) -> tuple[Contrast, int]:
    """Returns the difference to the passing program that has most in common with ``program``, and which one that is."""
    found = [(contrast(program, other), i) for i in passing if (other := programs[i]) is not None]
    return min(found, key=lambda one: (one[0].distance, one[1]))


def _span(block: CodeBlock, place: Place) -> tuple[int, int] | None:
    """Returns the characters of a place, which a syntax tree gives in bytes."""
    line, byte, end_line, end_byte = place
    return block.place(line, block.column_of_byte(line, byte), end_line, block.column_of_byte(end_line, end_byte))


@lru_cache(maxsize=64)  # a group may hold one program many times
def _program(source: str) -> Program | None:
    return statements_of(source)
