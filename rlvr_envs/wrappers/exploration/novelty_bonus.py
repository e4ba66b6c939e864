"""NoveltyBonus: pay a little more for a way to solve the task that the other solved answers of the group do not take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from rlvr_envs._numbers import is_number
from rlvr_envs.info import Info
from rlvr_envs.parsing.contrast import rename
from rlvr_envs.parsing.statements import Program, Term, statements_of
from rlvr_envs.wrappers.credit.lines import program_of
from rlvr_envs.wrappers.group import Group, GroupShaping


class NoveltyBonus(GroupShaping):
    """Adds ``bonus * (S - n_i) / (S - 1)`` to each solved answer: ``n_i`` of the ``S`` solved ones are of its class.

    So the only one of its class gets the whole bonus, and if all are alike, or one alone is solved, none gets any.  The share of
    siblings that are of another class is the diversity of DARLING (Li et al. 2025, arXiv:2509.02534); it is added here and
    not multiplied, so a group of equal solutions keeps its reward, and classes are decided and not learned.

    Two answers are of one class if their programs are alike in normal form (:mod:`rlvr_envs.parsing.statements`; names, layout,
    comments, order of operands and many ways of writing one thing do not count) *and* what they returned for the visible
    tests is alike, where a task accepts several values.  Trivial rewriting beyond that still counts as new.

    Reads ``is_success``, ``feedback`` and the answers; writes the term ``novelty``.  Stateless; place it last.
    Invariant: an unsolved answer gets nothing and a solved one loses nothing, so no wrong answer gains on a right one; the
    bonus is below 1, the gap between right and wrong, so no variety makes up for a solution less.
    The optimum may change: among policies that solve equally often, one that varies is preferred, and one that varies may be
    preferred to one that solves a little more often.

    >>> from rlvr_envs.info import Feedback, RewardTerms
    >>> from rlvr_envs.wrappers import NoveltyBonus
    >>> def solved(action):
    ...     feedback = Feedback("solved", code_span=(0, len(action)))
    ...     terms = RewardTerms({"solved": 1.0})
    ...     return {"task_id": "t", "trainable": True, "is_success": True, "feedback": feedback, "reward_terms": terms}
    >>> actions = ["f = lambda x: x + x", "f = lambda y: y + y  # twice", "f = lambda x: 2 * x"]
    >>> shaped = NoveltyBonus(bonus=0.2).shape(actions, [solved(action) for action in actions])
    >>> [info["reward_terms"].total for info in shaped]
    [1.1, 1.1, 1.2]
    """

    kind = "exploration"
    effect = "biased"
    term = "novelty"

    def __init__(self, *, bonus: float = 0.2) -> None:
        """Takes the bonus.

        Args:
            bonus: In (0, 1): what a solution gets that is like no other.

        Raises:
            ValueError: ``bonus`` is outside (0, 1).
        """
        if not is_number(bonus) or not 0.0 < bonus < 1.0:
            raise ValueError(
                f"bonus must be in (0, 1), got {bonus!r}; a whole reward for being different would outweigh a solution"
            )
        self._bonus = bonus

    def group_terms(self, group: Group) -> Sequence[float]:
        """Returns the term of each answer."""
        pairs = zip(group.actions, group.infos, strict=True)
        classes = [_class_of(action, info) if info["is_success"] else None for action, info in pairs]
        counts = Counter(one for one in classes if one is not None)
        others = counts.total() - 1
        if others < 1:
            return [0.0] * len(group)
        return [0.0 if one is None else self._bonus * ((others + 1 - counts[one]) / others) for one in classes]


def _class_of(action: str, info: Info) -> Hashable:
    """Returns what is equal for answers that do alike in like ways."""
    source = program_of(action, info)
    program = None if source is None else statements_of(source)
    form: Hashable = " ".join((action if source is None else source).split()) if program is None else _numbered(program)
    return form, tuple(case.left for case in info["feedback"].cases)


def _numbered(program: Program) -> Hashable:
    """Returns the statements with variables numbered by their first use, in order of the program."""
    numbers: dict[str, str] = {}
    for one in program.statements:
        _count(one.term, numbers)
    return tuple(
        (rename(one.term, numbers), tuple((rename(guard.term, numbers), guard.holds) for guard in one.guards))
        for one in program.statements
    )


def _count(term: Term, numbers: dict[str, str]) -> None:
    if term[0] == "var":
        numbers.setdefault(term[1], str(len(numbers)))
        return
    for child in term[1:]:
        if isinstance(child, tuple):
            _count(child, numbers)
