"""Tests planned on the trusted side: which calls they need, and what is to be asked of the values returned.

The calls go to the guest with their inputs alone; the rest is evaluated over the decoded values, with Python's meaning of
``==`` and the like but without running any text.  :mod:`~rlvr_envs.verifiers.planning` makes the plans; a test that needs more
than :mod:`~rlvr_envs.verifiers.evaluate` knows has none and is left to a second guest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rlvr_envs.sandbox.base import Call, CallResult, Iterated, Opaque, Raised, Status
from rlvr_envs.verifiers.arithmetic import Binary
from rlvr_envs.verifiers.evaluate import EXPRESSION_ERRORS
from rlvr_envs.verifiers.holes import Expression, Fill, Walk
from rlvr_envs.verifiers.work import NeedsObject, Unsupported, bounded


@dataclass(frozen=True)
class Decision:
    """What a test, or one statement of it, came to.

    ``failed`` is the call that gave no value, if one was needed.  ``sides`` are the values that were compared (one if the
    assert only asks for truth, none if it could not be evaluated so far), ``op`` the comparison.  ``error`` says why a test
    expression did not fit the values, or what was not raised.  With ``needs_object`` it asks something of an object that is not
    plain data, which the trusted side does not have.
    """

    passed: bool
    sides: tuple[Any, ...] = ()
    op: str = ""
    failed: CallResult | None = None
    error: str = ""
    needs_object: bool = False


class _NoValue(Exception):
    """Raised where a call's value is needed that did not return one."""

    def __init__(self, result: CallResult) -> None:
        self.result = result


@dataclass(frozen=True)
class Assertion:
    """``assert``: ``terms`` joined by ``op`` when there are two, else one term that must be true."""

    terms: tuple[Expression, ...]
    op: str
    holds: Binary | None

    def decide(self, fill: Fill, results: Sequence[CallResult]) -> Decision:
        """Decides over the values."""
        sides: list[Any] = []
        try:
            for term in self.terms:
                sides.append(term(fill))
            passed = self.holds(*sides) if self.holds is not None else bool(sides[0])
        except Unsupported as error:
            needs_object = isinstance(error, NeedsObject)
            return Decision(passed=False, sides=_shown(sides), op=self.op, error=str(error), needs_object=needs_object)
        except EXPRESSION_ERRORS as error:
            return Decision(passed=False, sides=_shown(sides), op=self.op, error=f"{type(error).__name__}: {error}")
        return Decision(passed=bool(passed), sides=_shown(sides), op=self.op)


def _shown(sides: Sequence[Any]) -> tuple[Any, ...]:
    """Returns values as they are told: an iterator by the name that its type has in the program."""
    return tuple(Opaque(side.type_name) if type(side) is Walk else side for side in sides)


@dataclass(frozen=True)
class Binding:
    """``name = value``: the value must be there, whether or not it is used."""

    value: Expression

    def decide(self, fill: Fill, results: Sequence[CallResult]) -> Decision:
        """Decides whether there is a value."""
        return Assertion((lambda fill: (self.value(fill), True)[1],), "", None).decide(fill, results)


@dataclass(frozen=True)
class Raising:
    """``with raises(E): f(...)``: call ``index`` must raise one of ``kinds``, with ``match`` found in its message.

    The exception's type is what the guest says it is.  That is enough: to raise is all that is asked, and any program that
    raises can choose what.
    """

    index: int
    kinds: tuple[str, ...]
    match: str = ""

    def decide(self, fill: Fill, results: Sequence[CallResult]) -> Decision:
        """Decides over how the call ended."""
        result = results[self.index]
        wanted = " or ".join(self.kinds)
        if result.status is Status.OK:
            return Decision(passed=False, sides=(result.value,), error=f"did not raise {wanted}")
        if result.status is not Status.ERROR or result.raised is None or not _is_a(result.raised, self.kinds):
            return Decision(passed=False, failed=result)
        if re.search(self.match, result.raised.message) is None:
            return Decision(passed=False, error=f"raised {result.raised.type} without {self.match!r} in its message")
        return Decision(passed=True)


def _is_a(raised: Raised, kinds: Sequence[str]) -> bool:
    """Whether an exception is of one of these types: by its own name, or by that of a class which it derives from."""
    return any(kind == raised.type or kind in raised.bases for kind in kinds)


Statement = Assertion | Binding | Raising


@dataclass(frozen=True)
class AssertPlan:
    """The calls of one test and its statements over their values.

    All calls are made, in the order in which the test makes them, before any statement is decided.
    """

    calls: tuple[Call, ...]
    statements: tuple[Statement, ...]

    def decide(self, results: Sequence[CallResult]) -> Decision:
        """Decides the test, given the result of each of :attr:`calls`: the first statement that fails, else the last one."""
        walks: dict[int, Walk] = {}

        def fill(index: int) -> Any:
            if results[index].status is not Status.OK:
                raise _NoValue(results[index])
            value = results[index].value
            return walks.setdefault(index, Walk(value)) if type(value) is Iterated else value

        decision = Decision(passed=False, error="nothing was asserted")
        with bounded():
            for statement in self.statements:
                try:
                    decision = statement.decide(fill, results)
                except _NoValue as missing:
                    return Decision(passed=False, failed=missing.result)
                if not decision.passed:
                    break
        return decision
