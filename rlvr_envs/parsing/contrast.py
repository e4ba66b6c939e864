"""What two programs for one task do differently, statement by statement, whatever their variables are called.

:func:`contrast` finds which variable of one program is which of the other by what is done with them, then which statements have a
counterpart.  What is left over is the difference.  A statement that *nearly* has a counterpart weighs most: two programs that
are built in different ways differ in whole statements, a mistake is a small change of one.

Both programs are only read (:mod:`rlvr_envs.parsing.statements`); the same programs give the same answer in every process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rlvr_envs.parsing.statements import COMMUTATIVE, Guard, Place, Program, Statement, Term

#: The name of a variable that has no counterpart.
_NOBODY: Final = "_"
#: How alike the uses of two variables must be, round after round: the surest come first and help to find the others.
_LEAST: Final = (0.7, 0.4, 0.0)
#: Weight of a statement that has no counterpart near it: it was probably written in another way.
_OTHER_WAY: Final = 0.15
#: How much less a statement is like one of another kind.
_OTHER_KIND: Final = 0.8
#: Weight of a condition under which a statement runs in one program where the other runs it otherwise.
_TURNED: Final = 0.9
#: Weight of a statement that does nothing and that the other program does not have.
_IDLE: Final = 0.75


@dataclass(frozen=True)
class Difference:
    """A place of a program, and how much it looks like the reason why the programs differ, in (0, 1]."""

    place: Place
    weight: float


@dataclass(frozen=True)
class Contrast:
    """Differences of two programs, each seen in its own text; ``distance`` is 0 for none and 1 for nothing in common."""

    left: tuple[Difference, ...]
    right: tuple[Difference, ...]
    distance: float


def contrast(left: Program, right: Program) -> Contrast:
    """Returns where two programs differ."""
    names = match_variables(left, right)
    known = {name: name for name in names.values()}
    ours, theirs = _renamed(left.statements, known), _renamed(right.statements, names)
    lone_ours, lone_theirs, pairs = _paired(ours, theirs)
    total = sum(map(_weight, (*ours, *theirs)))
    alone = sum(map(_weight, (*lone_ours, *lone_theirs)))
    return Contrast(
        tuple(_differences(lone_ours, lone_theirs, theirs, pairs)),
        tuple(_differences(lone_theirs, lone_ours, ours, [(b, a) for a, b in pairs])),
        alone / total if total else 0.0,
    )


# Variables -----------------------------------------------------------------------------------------------------------


def match_variables(left: Program, right: Program) -> dict[str, str]:
    """Returns names of ``right`` with the names of ``left`` that play the same part; what has no counterpart is left out.

    Parameters of functions of one name go by position.  The others go by what is done with them, the most alike first.
    """
    found: dict[str, str] = {}
    places = dict(right.parameters)
    for function, parameters in left.parameters:
        for ours, theirs in zip(parameters, places.get(function, ()), strict=False):
            found.setdefault(theirs, ours)
    for least in _LEAST:
        uses_left = _uses(left.statements, {name: name for name in found.values()})
        uses_right = _uses(right.statements, found)
        free_left = [name for name in left.variables if name in uses_left and name not in found.values()]
        free_right = [name for name in right.variables if name in uses_right and name not in found]
        alike = [
            (_dice(uses_left[ours], uses_right[theirs]), ours == theirs, -i, -j)
            for i, ours in enumerate(free_left)
            for j, theirs in enumerate(free_right)
        ]
        taken: set[int] = set()
        for score, _, i, j in sorted(alike, reverse=True):
            ours, theirs = free_left[-i], free_right[-j]
            if score > least and theirs not in found and -i not in taken:
                taken.add(-i)
                found[theirs] = ours
    return found


def _uses(statements: Iterable[Statement], known: Mapping[str, str]) -> dict[str, Counter[Term]]:
    """Returns in which surroundings each unknown variable occurs: the terms around it, up to its statement."""
    uses: dict[str, Counter[Term]] = {}
    for statement in statements:
        _look(statement.term, (), known, uses)
    return uses


def _look(term: Term, path: tuple[Term, ...], known: Mapping[str, str], uses: dict[str, Counter[Term]]) -> None:
    if term[0] == "var":
        if term[1] not in known:
            bag = uses.setdefault(term[1], Counter())
            for length in range(1, min(3, len(path)) + 1):
                bag[path[len(path) - length :]] += 1
        return
    for i, child in enumerate(term[1:], 1):
        if isinstance(child, tuple):
            place = "any" if term[0] in COMMUTATIVE else i
            others = sorted((_shape(other, known) for j, other in enumerate(term[1:], 1) if j != i), key=repr)
            _look(child, (*path, (term[0], place, *others)), known, uses)


def _shape(term: object, known: Mapping[str, str]) -> object:
    return rename(term, known) if isinstance(term, tuple) else term


# Statements ----------------------------------------------------------------------------------------------------------


def rename(term: Term, names: Mapping[str, str]) -> Term:
    """Returns a term with the names of a mapping, all other variables alike, and operands that may change places in order."""
    if term[0] == "var":
        return ("var", names.get(term[1], _NOBODY))
    if term[0] in ("name", "const"):
        return term
    children = [rename(child, names) if isinstance(child, tuple) else child for child in term[1:]]
    if term[0] in COMMUTATIVE:
        children.sort(key=repr)
    return (term[0], *children)


def _renamed(statements: Sequence[Statement], names: Mapping[str, str]) -> list[Statement]:
    return [
        Statement(
            rename(one.term, names),
            tuple(Guard(rename(guard.term, names), guard.holds, guard.place) for guard in one.guards),
            one.place,
        )
        for one in statements
    ]


def _paired(
    ours: Sequence[Statement], theirs: Sequence[Statement]
) -> tuple[list[Statement], list[Statement], list[tuple[Statement, Statement]]]:
    """Returns the statements without an equal one on the other side, and pairs of equal ones, under like conditions first."""
    waiting: dict[Term, list[int]] = {}
    for j, other in enumerate(theirs):
        waiting.setdefault(other.term, []).append(j)
    asked: dict[Term, list[int]] = {}
    for i, one in enumerate(ours):
        asked.setdefault(one.term, []).append(i)
    found: dict[int, int] = {}
    for term, rows in asked.items():
        columns = waiting.get(term, ())
        agreement = [(_agreement(ours[i], theirs[j]), -i, -j) for i in rows for j in columns]
        taken: set[int] = set()
        for _, i, j in sorted(agreement, reverse=True):
            if -i not in found and -j not in taken:
                found[-i] = -j
                taken.add(-j)
    used = set(found.values())
    lone = [one for i, one in enumerate(ours) if i not in found]
    return lone, [one for j, one in enumerate(theirs) if j not in used], [(ours[i], theirs[j]) for i, j in sorted(found.items())]


def _agreement(ours: Statement, theirs: Statement) -> int:
    """Returns in how many conditions two statements agree, less those in which they contradict each other."""
    there = {guard.term: guard.holds for guard in theirs.guards}
    return sum(1 if there[guard.term] == guard.holds else -2 for guard in ours.guards if guard.term in there)


def _differences(
    lone: Sequence[Statement],
    others: Sequence[Statement],
    all_others: Sequence[Statement],
    pairs: Sequence[tuple[Statement, Statement]],
) -> Iterator[Difference]:
    """Yields what is different in one program, the strongest weight of each place."""
    there = Counter(part for one in all_others for part in _parts(one.term))
    weights: dict[Place, float] = {}
    for one in lone:
        weights[one.place] = max(weights.get(one.place, 0.0), _strangeness(one, others, there))
    for ours, theirs in pairs:
        under = {guard.term: guard.holds for guard in theirs.guards}
        for guard in ours.guards:
            if under.get(guard.term, guard.holds) != guard.holds:
                weights[guard.place] = max(weights.get(guard.place, 0.0), _TURNED)
    for place in sorted(weights):
        yield Difference(place, weights[place])


def _strangeness(one: Statement, others: Sequence[Statement], there: Counter[Term]) -> float:
    if one.term == ("Pass",):
        return _IDLE
    near = max((_OTHER_KIND ** (one.term[0] != other.term[0]) * likeness(one.term, other.term) for other in others), default=0.0)
    new = sum(part not in there for part in _parts(one.term)[1:])
    weight = _OTHER_WAY + (1.0 - _OTHER_WAY) * near
    return weight if new or near else _OTHER_WAY / 2


def likeness(left: Term, right: Term) -> float:
    """Returns how much two terms have in common, in [0, 1]: from the top down, or in their parts, whichever is more."""
    size = _size(left) + _size(right)
    return max(2 * _common(left, right) / size, _dice(_bag(left), _bag(right)))


def _common(left: Term, right: Term) -> int:
    if left == right:
        return _size(left)
    if left[0] != right[0] or len(left) != len(right) or not isinstance(left[-1], tuple):
        return 0
    return 1 + sum(_common(a, b) for a, b in zip(left[1:], right[1:], strict=True))


@lru_cache(maxsize=4096)
def _size(term: Term) -> int:
    return 1 + sum(_size(child) for child in term[1:] if isinstance(child, tuple))


@lru_cache(maxsize=4096)
def _parts(term: Term) -> tuple[Term, ...]:
    """Returns a term and all below it."""
    return (term, *(part for child in term[1:] if isinstance(child, tuple) for part in _parts(child)))


@lru_cache(maxsize=4096)
def _bag(term: Term) -> Counter[Term]:
    return Counter(_parts(term))


def _weight(statement: Statement) -> int:
    return _size(statement.term)


def _dice(left: Counter[Term], right: Counter[Term]) -> float:
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 0.0
