"""``rlvr`` on the command line: list, wrappers, play, doctor, sandbox, audit; train comes in when the trainer is installed.

Needs the extra ``cli``.  typer and rich are loaded by :func:`main`, so importing this module loads neither.
"""
# No `from __future__ import annotations` here: typer reads the annotations of functions that are defined inside build_app.

import importlib
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import rlvr_envs
from rlvr_envs._usage import given
from rlvr_envs.errors import EnvClosed, MissingExtra, ResetNeeded, RLVRError, UsageError

if TYPE_CHECKING:
    import typer
    from rich.console import Console

    from rlvr_envs.sandbox.doctor import Diagnosis

END_OF_ANSWER = "."


def main() -> None:
    """Runs the command line; what is wrong with an argument or the machine is one line on stderr and exit status 2.

    What is wrong with the program itself keeps its traceback.
    """
    try:
        app = build_app()
        app(prog_name="rlvr")
    except (EnvClosed, ResetNeeded):  # no argument leads to these
        raise
    except RLVRError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


def build_app() -> "typer.Typer":
    """Returns the command line as a typer application.

    Raises:
        MissingExtra: typer or rich is not installed.
    """
    try:
        import rich  # noqa: F401 - checked here, so that no command fails half-way
        import typer
    except ImportError as error:
        raise MissingExtra(error.name or "typer", "cli") from error

    app = typer.Typer(
        help="Verifiable text environments for language models.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    add_version(app)

    @app.command("list")
    def list_command() -> None:
        """List the environments."""
        list_environments()

    @app.command("play")
    def play_command(
        env_id: Annotated[str, typer.Argument(metavar="ENV", help="Id of an environment, such as rlvr/Code-v0.")],
        *,
        seed: Annotated[int | None, typer.Option(help="Same seed, same task.")] = None,
        option: Annotated[
            list[str] | None,
            typer.Option("--option", "-o", help="KEY=VALUE for the environment, once for each; VALUE is JSON or text."),
        ] = None,
        recipe: Annotated[
            str, typer.Option(help="Wrappers: a preset, a .yaml or .json file, or a JSON list of names.")
        ] = "outcome",
        credit: Annotated[bool, typer.Option("--credit", help="Show each answer with its credit in colours.")] = False,
        html: Annotated[Path | None, typer.Option(help="Write the answers with their credit to this HTML file.")] = None,
    ) -> None:
        """Play one episode in the place of a model."""
        play(env_id, seed=seed, env_kwargs=parse_options(option or ()), recipe=recipe, credit=credit, html=html)

    @app.command("doctor")
    def doctor_command() -> None:
        """Show which sandboxes work on this machine, and why the others do not."""
        if not doctor():
            raise typer.Exit(1)

    add_wrappers(app)
    add_sandbox(app)

    @app.command("train", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
    def train_command(
        context: typer.Context,
        config: Annotated[str, typer.Argument(metavar="CONFIG.yaml", help="Model, environment, wrappers and options.")],
    ) -> None:
        """Train a model; every field of the file can also be given as --FIELD VALUE."""
        raise typer.Exit(train([config, *context.args]))

    from rlvr_envs.audit.command import add_audit

    add_audit(app)
    return app


def add_wrappers(app: "typer.Typer") -> None:
    """Adds the command that lists wrappers."""

    @app.command("wrappers")
    def wrappers_command() -> None:
        """List the wrappers and presets: what they do and need, and what they do to the optimum."""
        from rich.console import Console

        from rlvr_envs.wrappers.listing import print_wrappers

        print_wrappers(Console())


def add_sandbox(app: "typer.Typer") -> None:
    """Adds the commands that prepare sandboxes."""
    import typer

    sandbox_app = typer.Typer(help="Prepare sandboxes.", no_args_is_help=True)
    app.add_typer(sandbox_app, name="sandbox")

    @sandbox_app.callback()
    def sandbox_command() -> None:
        """Prepare sandboxes."""

    @sandbox_app.command("image")
    def image_command(
        packages: Annotated[list[str] | None, typer.Option("--with", help="A package that programs may import.")] = None,
        tag: Annotated[str | None, typer.Option(help="Another name than the one that backend docker looks for.")] = None,
    ) -> None:
        """Make the Docker image of guests from the running Python, without a registry."""
        make_image(packages or (), tag)


def add_version(app: "typer.Typer") -> None:
    """Adds the option ``--version``."""
    import typer

    def show(wanted: bool) -> None:
        if wanted:
            typer.echo(f"rlvr {rlvr_envs.__version__}")
            raise typer.Exit

    @app.callback()
    def rlvr_command(
        version: Annotated[
            bool, typer.Option("--version", callback=show, is_eager=True, help="Show the version and exit.")
        ] = False,
    ) -> None:
        """Verifiable text environments for language models."""


def list_environments() -> None:
    """Prints a table of all registered environments of the suite."""
    from rich.console import Console
    from rich.table import Table

    from rlvr_envs.registration import TABLE

    table = Table("id", "turns", "what the model does")
    for row in TABLE:
        table.add_row(row.id, str(row.turns), row.summary)
    Console().print(table)


def parse_options(pairs: Iterable[str]) -> dict[str, Any]:
    """Returns ``KEY=VALUE`` pairs as a dict; a value is read as JSON, and as text where it is none.

    Raises:
        UsageError: A pair has no ``=``.
    """
    options: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise UsageError(f"an option must be KEY=VALUE, got {pair!r}")
        try:
            options[key] = json.loads(value)
        except json.JSONDecodeError:
            options[key] = value
        except RecursionError:
            raise UsageError(f"option {key!r} must not nest that deeply") from None
    return options


def play(
    env_id: str,
    *,
    seed: int | None,
    env_kwargs: dict[str, Any],
    recipe: str = "outcome",
    credit: bool = False,
    html: Path | None = None,
) -> None:
    """Plays one episode with a person in the place of the model: prompts, reads answers from stdin, shows what they got.

    Raises:
        UsageError: There is no such environment, it refuses ``env_kwargs`` or the recipe, or ``html`` cannot be written.
    """
    from rlvr_envs.showing import ShownTurn, credit_page, print_credit

    console = plain_console()
    with given():
        env = _environment(env_id, env_kwargs, recipe)
        prompt, info = env.reset(seed=seed)
        if html is not None:
            html.touch()  # so that an episode is not played in vain
    title = str(info["task_id"])
    turns: list[ShownTurn] = []
    try:
        console.rule(title, characters="─", style="dim", align="left")
        console.print(prompt)
        over = False
        while not over:
            answer = _next_answer(console, info["prefill"])
            if answer is None:
                return
            observation, reward, terminated, truncated, info = env.step(answer)
            over = terminated or truncated
            turns.append(ShownTurn(answer, info))
            console.rule(style="dim")
            if credit:
                print_credit(console, turns[-1])
                console.rule(style="dim")
            console.print(env.unwrapped.report() if over else observation)
            terms = ", ".join(f"{name} {value:g}" for name, value in info["reward_terms"].items())
            console.print(f"reward {float(reward):g} ({terms}), verdict {info['verdict']}", style="bold")
    finally:
        env.close()
        if html is not None:
            html.write_text(credit_page(title, turns), encoding="utf-8")


def _environment(env_id: str, env_kwargs: dict[str, Any], recipe: str) -> Any:
    """Returns the environment that ``play`` was asked for."""
    import gymnasium as gym

    from rlvr_envs.core import TextEnv
    from rlvr_envs.wrappers import parse_recipe

    steps: Any = recipe
    if recipe.lstrip().startswith("["):
        try:
            steps = json.loads(recipe)
        except (json.JSONDecodeError, RecursionError) as error:
            raise UsageError(f"--recipe must be a preset, a file or a JSON list of wrappers, got {recipe!r}: {error}") from error
    wrappers = parse_recipe(steps)
    try:
        env = gym.make(env_id, **env_kwargs)
    except gym.error.UnregisteredEnv as error:
        raise UsageError(f"{error} `rlvr list` shows those of this package") from error
    if not isinstance(env.unwrapped, TextEnv):
        raise UsageError(f"{env_id} is no text environment; `rlvr list` shows those of this package")
    return wrappers.wrap(env)


def _next_answer(console: "Console", prefill: str) -> str | None:
    """Returns the next answer with the text that it begins with, None where the person leaves."""
    if prefill:
        console.print("\nYour answer begins with:", style="bold")
        console.print(prefill)
    console.print(f"\nYour answer; end it with a line that is {END_OF_ANSWER!r} alone:", style="bold")
    answer = read_answer(sys.stdin)
    if answer is None:
        console.print("No answer; the episode is left.")
        return None
    return prefill + answer


def plain_console() -> "Console":
    """Returns a console that shows text as it is: words are wrapped on a terminal, and nothing is changed in a pipe."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    console.soft_wrap = not console.is_terminal
    return console


def read_answer(lines: Iterable[str]) -> str | None:
    """Returns the lines up to one that is a dot alone, or to the end of the input; None when there are none."""
    answer: list[str] = []
    for line in lines:
        if line.rstrip("\n") == END_OF_ANSWER:
            return "".join(answer)
        answer.append(line)
    return "".join(answer) if answer else None


def doctor() -> bool:
    """Prints a table of sandbox backends and returns whether the default one works here.

    What ``auto`` takes is told in the row of that backend alone, unless something is wrong with it.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from rlvr_envs.sandbox.doctor import diagnose
    from rlvr_envs.sandbox.factory import backend_names

    table = Table("backend", "level", "what holds on this machine", show_lines=True)
    found = {backend: diagnose(backend) for backend in ("auto", *backend_names())}
    for backend, diagnosis in found.items():
        report = diagnosis.report
        name = f"{backend}\n({report.backend})" if report is not None and backend == "auto" else backend
        level = Text("-" if report is None else report.level, style="green" if diagnosis.works else "red")
        same = backend == "auto" and report is not None and diagnosis.works
        findings = [f"takes {report.backend}, see its row"] if same and report is not None else _findings(diagnosis)
        table.add_row(name, level, Text("\n").join(map(Text, findings)))
    Console(emoji=False).print(table)
    return found["auto"].works


def _findings(diagnosis: "Diagnosis") -> list[str]:
    """Returns what there is to say about a backend, in lines."""
    lines = []
    if diagnosis.report is not None:
        features = diagnosis.report.features
        have = [name if value is True else f"{name} ({value})" for name, value in features.items() if value]
        lacks = [name for name, value in features.items() if not value]
        lines.append(f"in force: {', '.join(have) or 'nothing'}")
        lines += [f"not in force: {', '.join(lacks)}"] if lacks else []
        lines.append(f"a program on Python {diagnosis.report.python} was judged {'right' if diagnosis.judged else 'WRONG'}")
    if diagnosis.attempts is not None:
        refused = [name for name, was_refused in diagnosis.attempts.items() if was_refused]
        done = [name for name, was_refused in diagnosis.attempts.items() if not was_refused]
        lines += [f"it was refused {', '.join(refused)}"] if refused else []
        lines += [f"it was ALLOWED {', '.join(done)}"] if done else []
    return [*lines, *([diagnosis.reason] if diagnosis.reason else [])]


def make_image(packages: Sequence[str], tag: str | None) -> None:
    """Makes the Docker image of guests and prints its name."""
    from rlvr_envs.sandbox.image import make_image as make

    with given():
        name = make(packages, tag=tag)
    console = plain_console()
    console.print(f"made {name}")
    if tag is not None:
        console.print(f"backend 'docker' uses it with: export RLVR_DOCKER_IMAGE={name}")


def train(arguments: Sequence[str]) -> int:
    """Hands the arguments to the trainer's own command and returns its exit status.

    Raises:
        UsageError: There is no such configuration file.
        MissingExtra: The trainer's libraries are not installed.
    """
    if not Path(arguments[0]).is_file():
        raise UsageError(f"CONFIG.yaml must be a file, got {arguments[0]!r}")
    try:
        command = importlib.import_module("rlvr_train.command")
    except ModuleNotFoundError as error:
        name = error.name or "trl"
        if name.partition(".")[0] in ("rlvr_envs", "rlvr_train"):  # a fault of the program, which nothing installs away
            raise
        raise MissingExtra(name, "train") from error
    status: int = command.main(arguments)
    return status


if __name__ == "__main__":
    main()
