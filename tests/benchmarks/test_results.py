"""How results are kept."""

from __future__ import annotations

import subprocess
from pathlib import Path

from benchmarks.results import commit


def test_a_commit_is_marked_when_anything_but_results_differs_from_it(tmp_path: Path) -> None:
    folder = tmp_path / "benchmarks"
    (folder / "results").mkdir(parents=True)
    assert commit(folder) == ""
    code, result = folder / "code.py", folder / "results" / "one.json"
    code.write_text("1")
    result.write_text("{}")

    def git(*arguments: str) -> str:
        author = ("-c", "user.name=n", "-c", "user.email=n@example.com")
        return subprocess.run(
            ["git", *author, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout.strip()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "one")
    head = git("rev-parse", "--short=12", "HEAD")
    assert commit(folder) == head
    result.write_text('{"new": 1}')
    assert commit(folder) == head
    (tmp_path / "untracked").write_text("1")
    assert commit(folder) == head
    code.write_text("2")
    assert commit(folder) == f"{head}+changes"
