"""RepairCredit: what a later turn changed to get further was wrong in the earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from rlvr_envs.facts import Fact
from rlvr_envs.info import Info, Span
from rlvr_envs.wrappers.credit.blaming import Blaming
from rlvr_envs.wrappers.credit.lines import line_spans, program_of

#: Where more lines than these differ in a row of both programs, all of them count as changed: comparing takes time with the cube.
MAX_COMPARED: Final = 200

Piece = tuple[int, int]


@dataclass(frozen=True)
class Repair:
    """What became of one program in another: places in the two actions, of lines that follow each other in one piece.

    Attributes:
        wrong: Pieces of the earlier action that were changed or dropped, and the lines behind which something was missing.
        kept: Pieces of the earlier action that are in the later one.
        fix: Pieces of the later action that are new in it.
    """

    wrong: tuple[Piece, ...] = ()
    kept: tuple[Piece, ...] = ()
    fix: tuple[Piece, ...] = ()


def repair_of(earlier_action: str, later_action: str, earlier_info: Info, later_info: Info) -> Repair:
    """Returns how the later answer repaired the earlier one; nothing where it did not.

    It did if the earlier one is unsolved, and the later one is solved or scores higher.  Lines are compared, without blanks at
    their end; blank lines and remarks take no part.  Empty, too, where one of the two holds no program.
    """
    if earlier_info["is_success"] or not _is_better(later_info, earlier_info):
        return Repair()
    before, after = _lines(earlier_action, earlier_info), _lines(later_action, later_info)
    if not before or not after:
        return Repair()
    (old, old_places), (new, new_places) = zip(*before, strict=True), zip(*after, strict=True)
    wrong: set[int] = set()
    kept: set[int] = set()
    fix: set[int] = set()
    for same, first, last, new_first, new_last in _changes(old, new):
        fix.update(() if same else range(new_first, new_last))
        (kept if same else wrong).update(range(first, last))
        if first == last:  # nothing was changed here: something was missing behind the line before
            wrong.add(max(first - 1, 0))
    return Repair(_pieces(wrong, old_places), _pieces(kept - wrong, old_places), _pieces(fix, new_places))


def repair_spans(
    earlier_action: str, later_action: str, earlier_info: Info, later_info: Info, *, blame: float = 1.0
) -> tuple[Span, ...]:
    """Returns spans of the earlier action: ``-blame`` where it was wrong, and ``blame`` on what a solution kept of it."""
    found = repair_of(earlier_action, later_action, earlier_info, later_info)
    spans = [Span(*piece, -blame, "repair", "claimed") for piece in found.wrong]
    if later_info["is_success"]:
        spans += [Span(*piece, blame, "repair", "claimed") for piece in found.kept]
    return tuple(spans)


class RepairCredit(Blaming):
    """Adds claimed spans over turns: ``-blame`` on what a later turn changed to get further, ``blame`` on the change itself.

    A turn is compared with the first later one that solves the task or scores higher.  Of the earlier turn the lines that were
    changed are blamed, and those that a solution kept are praised; of the later turn the lines that are new are praised, where
    it does better than the turn before it.  The later turn's spans are in the info of its step.  The earlier turn's info has been
    returned by then: whoever has the whole episode gets its spans with :func:`rlvr_envs.wrappers.hindsight.with_hindsight`, as
    the trainer's episodes do, or from :func:`repair_spans`.

    They are claims although both scores are verified: which lines to change the model chose.  And as claims they say only where a
    failed turn is blamed; as amounts they would charge a failure that was repaired more than one that never was.

    Reads the actions, ``score``, ``is_success`` and ``feedback.code_span``; writes ``credit`` and no reward term.  State: the
    last turn, reset with the episode.  Anywhere in the stack.
    Invariant: credit moves between the characters of a turn and its sum never changes.
    Moves the gradient away from that of the expected reward unless the place is right (:func:`rlvr_envs.credit.redistribute`).

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import RepairCredit
    >>> env = RepairCredit(gym.make("rlvr/Code-v0", max_turns=2))
    >>> _ = env.reset(seed=0)
    >>> env.step("nothing yet")[4]["credit"]
    ()
    """

    needs = (Fact.TURNS, Fact.CODE)
    basis = "claimed"
    _before: tuple[str, Info] | None = None

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode, in which nothing was answered yet."""
        self._before = None
        return self.env.reset(seed=seed, options=options)

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns the lines of this turn that are new, where it did better than the last one."""
        before, self._before = self._before, (action, info)
        if before is None:
            return ()
        found = repair_of(before[0], action, before[1], info)
        return [Span(*piece, self._blame, "repair", "claimed") for piece in found.fix]

    def hindsight_spans(self, actions: Sequence[str], infos: Sequence[Info]) -> Sequence[Iterable[Span]]:
        """Returns for each turn what the first better one after it showed of it."""
        found: list[tuple[Span, ...]] = []
        for turn, info in enumerate(infos):
            later = (at for at in range(turn + 1, len(infos)) if _is_better(infos[at], info))
            at = next(later, turn)
            spans = () if at == turn else repair_spans(actions[turn], actions[at], info, infos[at], blame=self._blame)
            found.append(spans)
        return found


def _is_better(later: Info, earlier: Info) -> bool:
    return bool(later["is_success"] or later["score"] > earlier["score"])


def _lines(action: str, info: Info) -> list[tuple[str, Piece]]:
    """Returns text and place of each line of the program that does something."""
    source = program_of(action, info)
    if source is None:
        return []
    texts, places = source.split("\n"), line_spans(action, info)
    return [(texts[line - 1].rstrip(), place) for line, place in places.items()]


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Yields whether a part is the same in both, and its place in each."""
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
    middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if head:
        yield True, 0, head, 0, head
    if max(len(middle), len(new_middle)) > MAX_COMPARED:
        yield False, head, len(old) - tail, head, len(new) - tail
    else:
        for tag, *places in SequenceMatcher(None, middle, new_middle, autojunk=False).get_opcodes():
            first, last, new_first, new_last = (head + place for place in places)
            yield tag == "equal", first, last, new_first, new_last
    if tail:
        yield True, len(old) - tail, len(old), len(new) - tail, len(new)


def _pieces(lines: Iterable[int], places: Sequence[Piece]) -> tuple[Piece, ...]:
    """Returns the places of lines, those that follow each other in one piece."""
    found: dict[int, Piece] = {}
    first = last = -2
    for line in sorted(lines):
        if line != last + 1:
            first = line
        last = line
        found[first] = places[first][0], places[line][1]
    return tuple(found.values())
