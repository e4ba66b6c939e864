"""An audit as data and as a table; pure but for what it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from rlvr_envs.audit.answers import Answer
from rlvr_envs.audit.findings import Finding, Severity, findings_of
from rlvr_envs.audit.measure import Measured, Result, Settings
from rlvr_envs.sandbox.base import SandboxReport

if TYPE_CHECKING:
    from rich.table import Table

#: Changes whenever a field of the JSON report changes its name or meaning.
FORMAT: Final = 1
_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


@dataclass(frozen=True)
class Audited:
    """One task with what was measured and found."""

    measured: Measured
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> int:
        """The worst finding's severity, 0 without any."""
        return max((finding.severity for finding in self.findings), default=0)


def audited(measured: Iterable[Measured]) -> list[Audited]:
    """Returns each task with its findings, worst first: by severity, number of findings, then by what passes for nothing."""
    rows = [Audited(one, findings_of(one)) for one in measured]
    return sorted(rows, key=_badness, reverse=True)


def _badness(row: Audited) -> tuple[float, ...]:
    counts = Counter(finding.severity for finding in row.findings)
    score = row.measured.mutation_score
    constant = row.measured.best("constant")
    survived = 0.0 if score is None else 1.0 - score
    return (*(float(counts[level]) for level in sorted(Severity, reverse=True)), survived, constant[1].score if constant else 0.0)


def summary(rows: Sequence[Audited]) -> dict[str, Any]:
    """Returns counts over all tasks; ``baseline`` is the mean share of tests that the best constant passes."""
    codes = Counter(finding.code for row in rows for finding in row.findings)
    judged = sum(row.measured.judged_mutants for row in rows)
    caught = judged - sum(len(row.measured.survivors) for row in rows)
    constants = [best[1].score for row in rows if (best := row.measured.best("constant")) is not None]
    return {
        "tasks": len(rows),
        "tasks_by_worst_severity": {level.name.lower(): sum(row.severity == level for row in rows) for level in Severity},
        "findings": dict(codes.most_common()),
        "mutants": judged,
        "mutants_caught": caught,
        "mutation_score": caught / judged if judged else None,
        "baseline": sum(constants) / len(constants) if constants else None,
    }


def to_json(rows: Sequence[Audited], *, tasks: str, settings: Settings, sandbox: SandboxReport) -> dict[str, Any]:
    """Returns the whole audit as strict JSON data, tasks worst first."""
    return {
        "format": FORMAT,
        "tasks": tasks,
        "settings": asdict(settings),
        "sandbox": {"backend": sandbox.backend, "level": sandbox.level, "python": sandbox.python},
        "summary": summary(rows),
        "results": [_row(row) for row in rows],
    }


def _row(row: Audited) -> dict[str, Any]:
    one, suite = row.measured, row.measured.task.tests
    return {
        "task_id": one.task.task_id,
        "findings": [
            {"code": found.code, "severity": found.severity.name.lower(), "message": found.message} for found in row.findings
        ],
        "tests": {"visible": len(suite.visible), "hidden": len(suite.hidden), "audit": len(suite.audit)},
        "reference": [_result(run) for run in one.references],
        "failure": None if one.failure is None else asdict(one.failure),
        "time_share": one.time_share,
        "answers": [{"kind": answer.kind, "name": answer.name[:500], **_result(result)} for answer, result in one.answers],
        "mutants": {
            "judged": one.judged_mutants,
            "score": one.mutation_score,
            "survivors": [str(mutant) for mutant in one.survivors],
        },
    }


def _result(result: Result) -> dict[str, Any]:
    return {"verdict": result.verdict, "score": result.score, "passed": list(result.passed), "wall_s": round(result.wall_s, 6)}


def table(rows: Sequence[Audited], limit: int) -> Table:
    """Returns the worst ``limit`` tasks that have findings as a table of rich (extra ``cli``)."""
    from rich.table import Table
    from rich.text import Text

    made = Table()
    made.add_column("task", overflow="fold")  # what is narrow breaks a long id, and neither a code nor a heading
    made.add_column("findings", no_wrap=True)
    for name in ("constant", "lookup", "mutants\ncaught", "time"):
        made.add_column(name, justify="right", no_wrap=True)
    for row in [row for row in rows if row.findings][:limit]:
        one = row.measured
        findings = Text("\n").join(Text(finding.code, _COLOURS[finding.severity]) for finding in row.findings)
        caught = f"{one.judged_mutants - len(one.survivors)}/{one.judged_mutants}" if one.judged_mutants else ""
        time = "" if one.time_share is None else f"{one.time_share:.1%}"
        constant, lookup = (_score_text(one.best(kind)) for kind in ("constant", "lookup"))
        made.add_row(Text(one.task.task_id), findings, constant, lookup, caught, time)
    return made


def _score_text(best: tuple[Answer, Result] | None) -> str:
    return "" if best is None else f"{best[1].score:.0%}"


def details(rows: Sequence[Audited], limit: int) -> list[str]:
    """Returns one line for each finding above a note of the worst ``limit`` tasks."""
    shown = [row for row in rows if row.findings][:limit]
    return [
        f"{row.measured.task.task_id} {finding.code}: {finding.message}"
        for row in shown
        for finding in row.findings
        if finding.severity > Severity.NOTE
    ]


def summary_lines(rows: Sequence[Audited]) -> list[str]:
    """Returns the summary in words."""
    whole = summary(rows)
    worst = whole["tasks_by_worst_severity"]
    counts = f"{worst['error']} with errors, {worst['warning']} with warnings, {worst['note']} with notes alone"
    lines = [
        f"{whole['tasks']} tasks: {counts}",
        *(f"  {code}: {count}" for code, count in whole["findings"].items()),
    ]
    if whole["mutation_score"] is not None:
        told = (
            f"{whole['mutants_caught']} of {whole['mutants']} mutants of references fail a test ({whole['mutation_score']:.1%})"
        )
        lines.append(f"{told}; of those that pass, some do the same as their reference")
    if whole["baseline"] is not None:
        lines.append(f"the best constant passes {whole['baseline']:.1%} of a task's tests on average")
    return lines
