"""The command line: what it prints, what it reads, and how it fails."""

from __future__ import annotations

import fcntl
import io
import os
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("typer", reason="needs the extra `cli`")

from typer.testing import CliRunner

import rlvr_envs
from rlvr_envs import cli
from rlvr_envs.errors import MissingExtra
from rlvr_envs.registration import TABLE
from rlvr_envs.wrappers import PRESETS, WRAPPERS

ROOT = Path(__file__).parents[2]


def rlvr(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rlvr_envs.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True, check=False)


def on_a_terminal(columns: int, *arguments: str, stdin: str = "") -> list[str]:
    """The lines that a command writes to a terminal of this width, without their colours."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    command = [sys.executable, "-m", "rlvr_envs.cli", *arguments]
    shown = b""
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        assert process.stdin is not None
        process.stdin.write(stdin.encode())
        process.stdin.close()
        while chunk := _read(ours):
            shown += chunk
    os.close(ours)
    return re.sub("\x1b\\[[0-9;]*m", "", shown.decode()).replace("\r", "").splitlines()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # how Linux tells that nobody writes to it any more
        return b""


def test_the_version_is_that_of_the_package() -> None:
    shown = rlvr("--version")
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, f"rlvr {rlvr_envs.__version__}\n", "")
    with (ROOT / "pyproject.toml").open(encoding="utf-8") as project:
        assert f'version = "{rlvr_envs.__version__}"\n' in project


def test_list_shows_every_environment(capsys: pytest.CaptureFixture[str]) -> None:
    cli.list_environments()
    shown = capsys.readouterr().out
    assert [row.id for row in TABLE if row.id not in shown] == []


def test_play_reads_answers_up_to_a_dot_and_shows_what_they_got() -> None:
    shown = rlvr("play", "rlvr/Echo-v0", "--seed", "1", "-o", "max_turns=2", "-o", 'alphabet="a"', stdin="ab\n.\naaa\n.\n")
    assert shown.returncode == 0, shown.stderr
    assert "Repeat this word: aaa" in shown.stdout
    assert "reward 0 (solved 0), verdict wrong" in shown.stdout
    assert "reward 1 (solved 1), verdict solved" in shown.stdout


@pytest.mark.parametrize("columns", [60, 80, 132])
def test_play_is_as_wide_as_the_terminal_and_breaks_no_word(columns: int) -> None:
    answer = "def func(num):\n    return 0\n.\n"
    lines = on_a_terminal(
        columns, "play", "rlvr/Code-v0", "--seed", "11", "-o", "difficulty=1", "-o", "max_turns=2", stdin=answer * 2
    )
    assert max(map(len, lines)) <= columns
    rules = [line for line in lines if line.endswith("───")]
    assert [len(rule) for rule in rules] == [columns] * 3
    assert rules[0].startswith("generated/sum_of_multiples/a=17/118 ─")
    text = " ".join(" ".join(lines).split())
    assert "Write a Python function `func(num)` that returns the sum of all multiples of 17 from 1 to num, both included." in text
    assert text.count("Write a Python function") == 1  # what was shown once is not shown again at the end
    assert "verdict wrong (wrong_answer) visible 0/2 hidden 0/8" in text


def test_play_changes_nothing_in_a_pipe() -> None:
    shown = rlvr("play", "rlvr/Code-v0", "--seed", "11", "-o", "difficulty=1", stdin="```python\ndef f(:smile:):\n```\n.\n")
    prompt = "Write a Python function `func(num)` that returns the sum of all multiples of 17 from 1 to num, both included."
    assert prompt in shown.stdout.splitlines()
    assert "    def f(:smile:):" in shown.stdout.splitlines()


def test_play_leaves_the_episode_when_the_input_ends() -> None:
    shown = rlvr("play", "rlvr/Echo-v0")
    assert shown.returncode == 0
    assert "No answer; the episode is left." in shown.stdout


def test_wrappers_fit_eighty_columns_and_are_all_there() -> None:
    lines = on_a_terminal(80, "wrappers")
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert [name for name in (*WRAPPERS, *PRESETS) if name not in text] == []
    assert "needs feedback.cases[].exception" in text


def test_play_shows_credit_on_the_terminal_and_as_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    answer = "```python\ndef f(<b>[bold]x):\n    pass\n```\n.\n"
    arguments = ("play", "rlvr/Code-v0", "--seed", "1", "--recipe", '["SyntaxCredit"]', "--credit", "--html", str(page))
    shown = rlvr(*arguments, stdin=answer)
    assert shown.returncode == 0, shown.stderr
    assert "def f(<[1]b>[bold]x):" in shown.stdout
    assert "[1] 16-17 -1.00 syntax, verified: SyntaxError: invalid syntax" in shown.stdout
    assert "<td>SyntaxError: invalid syntax</td>" in page.read_text(encoding="utf-8")


def test_play_puts_what_an_answer_begins_with_before_it() -> None:
    recipe = '[{"name": "HintPrefix", "rate": 1.0}, "RecordEpisodes"]'
    assert "path" in rlvr("play", "rlvr/Code-v0", "--recipe", recipe).stderr  # RecordEpisodes was given none
    shown = rlvr(
        *("play", "rlvr/Code-v0", "--seed", "1", "--recipe", '[{"name": "HintPrefix", "rate": 1.0}]', "--credit"),
        stdin="    return 0\n```\n.\n",
    )
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.count("```python\ndef g(nums):\n") == 2  # as a hint, and as the begin of the answer


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("play", "rlvr/Echo-v0", "--recipe", "dens"), "unknown preset 'dens'; did you mean 'dense'?"),
        (("play", "rlvr/Echo-v0", "--recipe", "[3"), "--recipe must be a preset, a file or a JSON list of wrappers, got '[3'"),
        (("play", "rlvr/Echo-v0", "--recipe", '["TracebackCredit"]'), "TracebackCredit needs feedback.cases[].exception"),
        (("play", "rlvr/Echo-v0", "--html", "/nosuch/page.html"), "No such file or directory: '/nosuch/page.html'"),
        (("play", "rlvr/Ecoh-v0"), "Did you mean: `Echo`? `rlvr list` shows those of this package"),
        (("play", "CartPole-v1"), "CartPole-v1 is no text environment; `rlvr list` shows those of this package"),
        (
            ("play", "rlvr/Code-v0", "-o", "tasks=humaneval:/nosuch"),
            "the file of tasks cannot be read: No such file or directory: '/nosuch'",
        ),
        (("play", "rlvr/Code-v0", "-o", 'packages=["nunpy"]'), "got 'nunpy'; did you mean 'numpy'?"),
        (("sandbox", "image", "--with", "nunpy"), "got 'nunpy'; did you mean 'numpy'?"),
        (("play", "rlvr/Echo-v0", "-o", "lenght=3"), "rlvr/Echo-v0 has no option 'lenght'; did you mean 'length'?"),
        (("play", "rlvr/Echo-v0", "-o", "length"), "an option must be KEY=VALUE, got 'length'"),
        (("play", "rlvr/Echo-v0", "-o", "length=" + "[" * 100_000), "option 'length' must not nest that deeply"),
        (("play", "rlvr/Code-v0", "-o", "backend=[1]"), "unknown backend [1]. Known: auto, bwrap"),
        (("play", "rlvr/Code-v0", "-o", "tasks=3"), "a TaskSource or a list of tasks, got int\n"),
        (("play", "rlvr/Code-v0", "-o", "tasks=mbpp:/"), "the file of tasks cannot be read: it is a folder: '/'"),
        (("play", "nosuch:Thing-v0"), "No module named 'nosuch'"),
        (("train", "no-such-file.yaml"), "CONFIG.yaml must be a file, got 'no-such-file.yaml'"),
    ],
)
def test_a_wrong_argument_is_one_line_and_status_2(arguments: tuple[str, ...], message: str) -> None:
    shown = rlvr(*arguments)
    assert shown.returncode == 2
    assert message in shown.stderr
    assert shown.stderr.count("\n") == 1


def test_option_values_are_json_or_else_text() -> None:
    parsed = cli.parse_options(["n=3", "split=test", "difficulty=null", 'names=["a"]', "path=a=b"])
    assert parsed == {"n": 3, "split": "test", "difficulty": None, "names": ["a"], "path": "a=b"}


@pytest.mark.parametrize(
    ("text", "answer"), [("a\nb\n.\nc\n", "a\nb\n"), ("a", "a"), (".\n", ""), ("", None), (". \n.\n", ". \n")]
)
def test_an_answer_ends_with_a_dot_alone(text: str, answer: str | None) -> None:
    assert cli.read_answer(io.StringIO(text)) == answer


def test_doctor_says_which_sandboxes_work(capsys: pytest.CaptureFixture[str]) -> None:
    works = cli.doctor()
    shown = capsys.readouterr().out
    assert works
    for backend in ("auto", "bwrap", "direct", "none"):
        assert backend in shown


def test_doctor_says_why_a_sandbox_does_not_work(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from rlvr_envs.errors import SandboxUnavailable
    from rlvr_envs.sandbox import factory

    def refuse(backend: str, *, workers: int) -> None:
        raise SandboxUnavailable("no namespaces here")

    monkeypatch.setattr(factory, "make_sandbox", refuse)
    assert not cli.doctor()
    assert "no namespaces here" in capsys.readouterr().out


def test_train_names_the_extra_where_the_trainer_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "run.yaml"
    config.write_text("model: gpt2\n")
    monkeypatch.setitem(sys.modules, "trl", None)
    for name in [name for name in sys.modules if name.startswith("rlvr_train")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MissingExtra, match=r"rlvr\[train\]"):
        cli.train([str(config)])


def test_a_fault_inside_the_trainer_is_no_missing_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "run.yaml"
    config.write_text("model: gpt2\n")
    monkeypatch.setitem(sys.modules, "rlvr_train.command", None)
    with pytest.raises(ModuleNotFoundError) as caught:
        cli.train([str(config)])
    assert not isinstance(caught.value, MissingExtra)


def test_train_hands_every_argument_to_the_trainer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "run.yaml"
    config.write_text("model: gpt2\n")
    seen: list[list[str]] = []
    trainer = SimpleNamespace(main=lambda arguments: seen.append(arguments) or 3)
    monkeypatch.setitem(sys.modules, "rlvr_train.command", trainer)
    result = CliRunner().invoke(cli.build_app(), ["train", str(config), "--max_steps", "5", "--use_cpu"])
    assert seen == [[str(config), "--max_steps", "5", "--use_cpu"]]
    assert result.exit_code == 3
