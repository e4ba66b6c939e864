"""The command ``rlvr audit`` and its options; what it does is in :mod:`rlvr_envs.audit.auditing`, loaded when it runs.

Needs the extra ``cli``.
"""
# No `from __future__ import annotations` here: typer reads the annotations of the function that is defined inside add_audit.

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

if TYPE_CHECKING:
    import typer


def add_audit(app: "typer.Typer") -> None:
    """Adds the command to the command line."""
    import typer

    @app.command("audit")
    def audit_command(
        tasks: Annotated[
            str,
            typer.Argument(
                metavar="TASKS", help="A file of tasks, humaneval:PATH, humanevalplus:PATH, mbpp:PATH or generated:FAMILY,..."
            ),
        ],
        *,
        json_path: Annotated[Path | None, typer.Option("--json", help="Write the whole report to this file.")] = None,
        mutants: Annotated[int, typer.Option(help="Mutants of each reference.")] = 20,
        runs: Annotated[int, typer.Option(help="Runs of each reference.")] = 5,
        seed: Annotated[int, typer.Option(help="Same seed, same mutants and same drawn tasks.")] = 0,
        split: Annotated[str | None, typer.Option(help="Part of the tasks, such as train.")] = None,
        limit: Annotated[int | None, typer.Option(help="Most tasks to look at.")] = None,
        workers: Annotated[int | None, typer.Option(help="Programs at a time; one for each CPU by default.")] = None,
        backend: Annotated[str, typer.Option(help="Sandbox backend.")] = "auto",
        level: Annotated[str | None, typer.Option(help="Least level of isolation: strong, weak or none.")] = None,
        packages: Annotated[list[str] | None, typer.Option("--package", help="A package that programs may import.")] = None,
        fail_on: Annotated[str, typer.Option(help="Exit status 1 from here on: note, warning, error or never.")] = "error",
        rows: Annotated[int, typer.Option(help="Tasks shown, worst first.")] = 20,
    ) -> None:
        """Look for tasks that pay for nothing: weak tests, constants that pass, references that fail."""
        from rlvr_envs.audit.auditing import Options, run_audit

        options = Options(
            json_path=json_path,
            mutants=mutants,
            runs=runs,
            seed=seed,
            split=split,
            limit=limit,
            workers=workers,
            backend=backend,
            level=level,
            packages=tuple(packages or ()),
            fail_on=fail_on,
            rows=rows,
        )
        raise typer.Exit(run_audit(tasks, options))
