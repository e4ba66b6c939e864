"""Every code block of README.md, CONTRIBUTING.md and docs/ works.

Python blocks of a file run in one namespace, top to bottom, in a process of their own.  A comment on the lines before a block
may say how:

- ``<!-- needs: train -->``: run only where the extra is installed (then together with the file's other blocks);
- ``<!-- swap: max_steps=200 => max_steps=1 -->``: run with another text in its place;
- ``<!-- output -->`` before a ``text`` block: it is what the Python block above it prints (``...`` stands for anything);
- ``<!-- norun: reason -->``: only compiled.
"""

from __future__ import annotations

import doctest
import importlib.util
import itertools
import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRITTEN = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
DOCUMENTS = [file for file in WRITTEN if file.is_file()]
FENCE = re.compile(r"((?:^[ ]*<!--.*?-->[ ]*\n)*)^```(\w*)[^\n]*\n(.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"<!--\s*(\w+)(?::\s*(.*?))?\s*-->")
#: A module that each extra brings.
EXTRAS = {"train": "trl", "vllm": "vllm", "cli": "typer", "demo": "matplotlib", "docker": "docker", "math": "math_verify"}
NOT_CODE = {"", "text", "mermaid", "diff"}
SEPARATOR = "\x1e"


@dataclass(frozen=True)
class Block:
    document: Path
    line: int
    language: str
    code: str
    comments: tuple[tuple[str, str], ...]

    def says(self, name: str) -> list[str]:
        return [value for key, value in self.comments if key == name]

    @property
    def place(self) -> str:
        return f"{self.document.relative_to(ROOT)}:{self.line}"

    @property
    def runnable(self) -> str:
        """The code with its swaps made."""
        code = self.code
        for swap in self.says("swap"):
            old, new = swap.split(" => ")
            assert old in code, f"{self.place}: swaps {old!r}, which the block does not hold"
            code = code.replace(old, new)
        return code


def blocks_of(document: Path) -> list[Block]:
    text = document.read_text(encoding="utf-8")
    blocks = []
    for match in FENCE.finditer(text):
        line = text[: match.start(3)].count("\n") + 1
        blocks.append(Block(document, line, match[2], match[3], tuple(COMMENT.findall(match[1]))))
    return blocks


BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document)]


def of_language(*languages: str) -> list[object]:
    return [pytest.param(block, id=block.place) for block in BLOCKS if block.language in languages]


def python_runs() -> list[object]:
    """One run a document, and one more for each extra that some of its blocks need."""
    runs = []
    for document in DOCUMENTS:
        found = [b for b in blocks_of(document) if b.language == "python" and not b.says("norun")]
        for need in sorted({need for b in found for need in b.says("needs")} | {""}):
            if any(b.says("needs") == ([need] if need else []) for b in found):
                marks = [pytest.mark.slow, *([pytest.mark.vllm] if need == "vllm" else [])]
                runs.append(pytest.param(document, need, id=f"{document.relative_to(ROOT)}-{need or 'plain'}", marks=marks))
    return runs


def test_blocks_are_of_a_language_that_is_checked() -> None:
    known = {"python", "json", "jsonl", "yaml", "toml", "bash", "console", *NOT_CODE}
    assert [f"{b.place}: {b.language}" for b in BLOCKS if b.language not in known] == []
    assert [b.place for b in BLOCKS for need in b.says("needs") if need not in EXTRAS] == []
    assert [b.place for b in BLOCKS for reason in b.says("norun") if not reason] == []


@pytest.mark.parametrize("block", of_language("python"))
def test_python_blocks_compile(block: Block) -> None:
    compile(block.runnable, block.place, "exec")


@pytest.mark.parametrize(("document", "need"), python_runs())
def test_python_blocks_run_and_print_what_they_say(document: Path, need: str, tmp_path: Path) -> None:
    if need and importlib.util.find_spec(EXTRAS[need]) is None:
        pytest.skip(f"{EXTRAS[need]} is not installed: pip install 'rlvr[{need}]'")
    blocks = blocks_of(document)
    chosen = [b for b in blocks if b.language == "python" and not b.says("norun") and b.says("needs") in ([], [need])]
    script = tmp_path / "blocks.py"
    script.write_text("".join(f"print({SEPARATOR!r}, flush=True)\n{b.runnable}\n" for b in chosen), encoding="utf-8")
    # The main guard lets a block start worker processes.
    code = f"import runpy, sys; sys.path.insert(0, {str(ROOT)!r}); runpy.run_path({str(script)!r}, run_name='__main__')"
    shown = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert need or "Warning" not in shown.stderr, f"{document.name} warns whoever tries it out:\n{shown.stderr}"
    printed = dict(zip((b.line for b in chosen), shown.stdout.split(f"{SEPARATOR}\n")[1:], strict=True))
    for before, block in itertools.pairwise(blocks):
        if block.comments and block.comments[0][0] == "output" and before.line in printed:
            same = doctest.OutputChecker().check_output(block.code, printed[before.line], doctest.ELLIPSIS)
            assert same, f"{block.place} shows:\n{block.code}\nbut the block above prints:\n{printed[before.line]}"


@pytest.mark.parametrize("block", of_language("json", "jsonl", "yaml", "toml"))
def test_data_blocks_hold_data(block: Block) -> None:
    if block.language == "yaml":
        assert pytest.importorskip("yaml", reason="needs the extra `train`").safe_load(block.code)
    elif block.language == "toml":
        assert pytest.importorskip("tomllib", reason="needs Python 3.11").loads(block.code)
    else:
        parts = block.code.splitlines() if block.language == "jsonl" else [block.code]
        assert [json.loads(part) for part in parts if part.strip()]


@pytest.mark.parametrize("block", of_language("bash", "console"))
def test_commands_exist(block: Block) -> None:
    lines = block.code.replace("\\\n", " ").splitlines()
    if block.language == "console":
        lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    for line in lines:
        words = shlex.split(line, comments=True)
        while words and re.fullmatch(r"\w+=.*", words[0]):
            words = words[1:]  # FOO=bar command
        if words:
            check_command(words, block.place)


def check_command(words: list[str], place: str) -> None:
    """Checks that what a command names is there, without running anything long."""
    if words[0] == "make":
        targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert {word for word in words[1:] if "=" not in word} <= set(targets), place
    elif words[0] == "rlvr":
        pytest.importorskip("typer", reason="needs the extra `cli`")
        run = [sys.executable, "-m", "rlvr_envs.cli", *words[1:2], "--help"]
        assert subprocess.run(run, cwd=ROOT, capture_output=True, check=False).returncode == 0, place
    elif words[:2] == ["pip", "install"]:
        extras = {extra for word in words[2:] for group in re.findall(r"rlvr\[(.*?)\]", word) for extra in group.split(",")}
        project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        assert {extra for extra in extras if f"\n{extra} = [" not in project} == set(), place
    elif words[:2] == ["python", "-m"]:
        assert importlib.util.find_spec(words[2]) is not None, place
    else:
        assert words[0] in ("git", "cd"), f"{place}: no rule says how to check {words[0]!r}"
