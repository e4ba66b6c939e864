"""Findings: what an audit says is wrong with a task, each with a code that never changes its meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from rlvr_envs.audit.measure import Measured, Result


class Severity(IntEnum):
    """How much a finding matters; larger is worse."""

    NOTE = 1  # to be known
    WARNING = 2  # the reward says less than it seems to
    ERROR = 3  # the reward is wrong for some program


#: Mutation score below which the tests are called weak, when at least this many mutants were judged.
WEAK_SCORE: Final = 0.75
WEAK_MUTANTS: Final = 5
#: Share of its time limit that a reference may take.
SLOW_SHARE: Final = 0.5
#: Share of the tests that an answer that knows nothing may pass without a word.
IGNORANT_SHARE: Final = 0.5


@dataclass(frozen=True)
class Rule:
    """One kind of finding: its severity, and what looks for it (the message, None when there is nothing to find)."""

    code: str
    severity: Severity
    look: Callable[[Measured], str | None]


@dataclass(frozen=True)
class Finding:
    """One thing wrong with one task."""

    code: str
    severity: Severity
    message: str


def findings_of(one: Measured) -> tuple[Finding, ...]:
    """Returns what is wrong with a task, worst first; pure."""
    return tuple(sorted(_found(one), key=lambda finding: -finding.severity))


def _found(one: Measured) -> Iterator[Finding]:
    for rule in RULES.values():
        message = rule.look(one)
        if message is not None:
            yield Finding(rule.code, rule.severity, message)


def _not_judged(one: Measured) -> str | None:
    results = [*one.references, *(result for _, result in (*one.answers, *one.mutants))]
    lost = sum(not result.judged for result in results)
    return f"{lost} of {len(results)} programs could not be judged" if lost else None


def _reference_fails(one: Measured) -> str | None:
    if not one.reference_fails:
        return None
    run = one.references[0]
    text = f"the reference is {run.verdict} ({run.reason or 'an audit test fails'}): {_share_text(one, run)}"
    return f"{text}; {one.failure or 'when its tests were judged once more, none of them failed'}"


def _non_deterministic(one: Measured) -> str | None:
    kinds = {(run.verdict, run.passed) for run in one.references if run.judged}
    if len(kinds) < 2:
        return None
    told = "; ".join(sorted(f"{verdict} {'+'.join(map(str, passed))}" for verdict, passed in kinds))
    return f"{len(one.references)} runs of the reference differ (verdict, tests passed visible+hidden+audit): {told}"


def _no_reference(one: Measured) -> str | None:
    return None if one.task.reference is not None else "no reference: tests, time and mutants could not be checked"


def _slow_reference(one: Measured) -> str | None:
    share = one.time_share
    if share is None or share <= SLOW_SHARE or not all(run.solved for run in one.references):
        return None
    return f"the reference takes up to {share:.0%} of its {one.task.limits.time_s:g} s"


def _weak_tests(one: Measured) -> str | None:
    score = one.mutation_score
    if score is None or one.judged_mutants < WEAK_MUTANTS or score >= WEAK_SCORE:
        return None
    return f"{len(one.survivors)} of {one.judged_mutants} mutants pass: {', '.join(map(str, one.survivors[:3]))}"


def _passes(kind: str) -> Callable[[Measured], str | None]:
    def look(one: Measured) -> str | None:
        names = [answer.name for answer, result in one.answers if answer.kind == kind and result.solved]
        return f"solved by {'; '.join(names[:3])}" if names else None

    return look


def _scores(kind: str) -> Callable[[Measured], str | None]:
    def look(one: Measured) -> str | None:
        best = one.best(kind)
        if best is None or best[1].solved or best[1].score < IGNORANT_SHARE:
            return None
        return f"{best[0].name} passes {_share_text(one, best[1])}"

    return look


def _share_text(one: Measured, result: Result) -> str:
    groups = ("visible", "hidden", "audit")
    totals = [len(getattr(one.task.tests, group)) for group in groups]
    told = [f"{passed} of {total} {name}" for name, passed, total in zip(groups, result.passed, totals, strict=True) if total]
    return ", ".join(told) + " tests"


#: Every rule by its code; the order is that of findings of equal severity.
RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        rule.code: rule
        for rule in (
            Rule("not-judged", Severity.ERROR, _not_judged),
            Rule("reference-fails", Severity.ERROR, _reference_fails),
            Rule("non-deterministic", Severity.ERROR, _non_deterministic),
            Rule("stub-passes", Severity.ERROR, _passes("stub")),
            Rule("constant-passes", Severity.ERROR, _passes("constant")),
            Rule("lookup-passes", Severity.ERROR, _passes("lookup")),
            Rule("weak-tests", Severity.WARNING, _weak_tests),
            Rule("slow-reference", Severity.WARNING, _slow_reference),
            Rule("no-reference", Severity.WARNING, _no_reference),
            Rule("stub-scores", Severity.NOTE, _scores("stub")),
            Rule("constant-scores", Severity.NOTE, _scores("constant")),
            Rule("lookup-scores", Severity.NOTE, _scores("lookup")),
        )
    }
)
