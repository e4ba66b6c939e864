"""The diagnosis of each backend: a program is really judged, and what it could do is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from rlvr_envs import cli
from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox import bwrap, direct, doctor, factory
from rlvr_envs.sandbox.base import Level
from rlvr_envs.sandbox.launch import LaunchSpec

TRIED = ["a new process", "a socket", "reading /etc/passwd"]


@pytest.mark.parametrize(("backend", "level"), [("bwrap", "strong"), ("direct", "weak")])
def test_a_program_is_judged_and_refused_what_the_level_shuts_out(backend: str, level: str) -> None:
    found = doctor.diagnose(backend)
    assert found.report is not None
    assert (found.works, found.judged, found.report.level, found.reason) == (True, True, level, "")
    assert found.attempts is not None
    assert list(found.attempts)[:3] == TRIED
    assert all(found.attempts.values())


def test_without_isolation_everything_is_allowed_and_said() -> None:
    found = doctor.diagnose("none")
    assert found.works
    assert found.attempts is not None
    assert not any(found.attempts.values())
    assert not list(Path.home().glob(".rlvr-doctor-*"))


class LeakyLauncher(direct.DirectLauncher):
    """Says weak, but lets programs read everything."""

    def spec(self) -> LaunchSpec:
        spec = super().spec()
        return LaunchSpec(spec.argv, spec.env, {**spec.policy, "landlock": False}, spec.scratch)

    def level(self, features: Mapping[str, bool | str]) -> Level:
        return "weak"


def test_a_backend_that_lets_through_what_it_should_not_does_not_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(direct, "DirectLauncher", LeakyLauncher)
    found = doctor.diagnose("direct")
    assert found.report is not None
    assert (found.report.level, found.works) == ("weak", False)
    monkeypatch.setattr(factory, "BACKENDS", {"direct": factory.BACKENDS["direct"]})
    cli.doctor()
    assert "it was ALLOWED reading /etc/passwd" in " ".join(capsys.readouterr().out.split())


def test_a_backend_of_another_package_that_fails_is_shown_beside_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(backend: str, *, workers: int) -> None:
        raise ZeroDivisionError("its own bug")

    monkeypatch.setattr(factory, "make_sandbox", fail)
    found = doctor.diagnose("theirs")
    assert (found.works, found.reason) == (False, "ZeroDivisionError: its own bug")


@pytest.mark.docker
def test_docker_is_diagnosed_too() -> None:
    found = doctor.diagnose("docker")
    assert found.report is not None
    assert (found.works, found.report.level) == (True, "strong")


@pytest.mark.parametrize("columns", ["80", "140"])
def test_the_table_has_a_row_for_every_backend_at_any_width(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert cli.doctor()
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= int(columns)
    rows = [line.split("│")[1].strip() for line in lines if line.startswith("│")]
    assert [name for name in rows if name and not name.startswith("(")] == ["auto", *factory.backend_names()]


def test_what_auto_takes_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.doctor()
    shown = capsys.readouterr().out
    assert "takes bwrap, see its row" in shown
    judged = [name for name in factory.backend_names() if doctor.diagnose(name).report is not None]
    assert shown.count("was judged right") == len(judged)


def test_what_keeps_auto_from_working_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def missing() -> str:
        raise SandboxUnavailable("bubblewrap was not found")

    monkeypatch.setattr(bwrap, "find_bwrap", missing)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    assert not cli.doctor()
    shown = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert shown.count("bubblewrap was not found") == 1
    assert "neither bwrap nor docker reaches level 'strong' here: see their rows; else, level='weak' accepts backend" in shown


def test_making_an_image_without_a_daemon_tells_what_helps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("docker", reason="needs the extra `docker`")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(SandboxUnavailable, match="no Docker daemon answers"):
        cli.make_image((), None)


def test_a_package_with_an_impossible_name_is_an_argument_error() -> None:
    with pytest.raises(cli.UsageError, match="packages must hold names of top-level modules"):
        cli.make_image(("no-such",), None)
