"""Sandboxes by name."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from rlvr_envs.errors import PackageMissing, SandboxUnavailable
from rlvr_envs.sandbox import bwrap, direct, factory
from rlvr_envs.sandbox.base import Program
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.sandbox.launch import LaunchSpec, find_interpreter
from rlvr_envs.sandbox.text import clean


def test_an_unknown_backend_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match=r"unknown backend 'bwarp'; did you mean 'bwrap'\? Known: auto, bwrap, docker, direct"):
        factory.make_sandbox("bwarp")


@pytest.mark.parametrize("workers", [0, -1])
def test_the_number_of_workers_is_checked(workers: int) -> None:
    with pytest.raises(ValueError, match="workers must be at least 1"):
        factory.make_sandbox("direct", workers=workers)


def test_auto_takes_bwrap_where_it_works() -> None:
    with factory.make_sandbox("auto", workers=1) as sandbox:
        assert sandbox.report().backend == "bwrap"


@pytest.fixture
def without_bwrap_and_docker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing() -> str:
        raise SandboxUnavailable("bubblewrap was not found")

    monkeypatch.setattr(bwrap, "find_bwrap", missing)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no-daemon.sock")


@pytest.mark.usefixtures("without_bwrap_and_docker")
def test_auto_never_steps_down_and_says_for_each_backend_why_not_and_what_is_left() -> None:
    with pytest.raises(SandboxUnavailable) as caught:
        factory.make_sandbox("auto")
    text = str(caught.value)
    assert "no sandbox of level 'strong'" in text
    assert "bwrap: bubblewrap was not found" in text
    assert "docker: no Docker daemon answers" in text
    assert "level='weak' accepts backend 'direct'" in text


@pytest.mark.usefixtures("without_bwrap_and_docker")
def test_auto_takes_direct_where_a_weak_level_is_asked_for() -> None:
    with factory.make_sandbox("auto", workers=1, level="weak") as sandbox:
        assert (sandbox.report().backend, sandbox.report().level) == ("direct", "weak")


@pytest.mark.parametrize(
    ("backend", "level", "remedy"),
    [
        ("direct", "strong", "'weak' at most; choose backend 'auto', 'bwrap' or 'docker', or accept level='weak'"),
        ("gvisor", "strong", "'weak' at most; choose backend 'auto', 'bwrap' or 'docker', or accept level='weak'"),
        ("none", "strong", "'none' at most; choose backend 'auto', 'bwrap' or 'docker', or accept level='none'"),
        ("none", "weak", "'none' at most; choose backend 'auto', 'bwrap', 'docker' or 'direct', or accept level='none'"),
    ],
)
def test_a_level_that_a_backend_never_reaches_is_refused_before_it_starts(
    backend: str, level: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(*_: object) -> None:
        raise AssertionError("nothing may be started, and nobody warned")

    monkeypatch.setattr(factory.launcher_class(backend), "__init__", start)
    with pytest.raises(SandboxUnavailable) as caught:
        factory.make_sandbox(backend, level=level)
    assert str(caught.value) == f"backend {backend!r} never reaches level {level!r}, but {remedy}"


class LeakyLauncher(bwrap.BwrapLauncher):
    def spec(self) -> LaunchSpec:
        spec = super().spec()
        return LaunchSpec(spec.argv, spec.env, {**spec.policy, "seccomp": False})


def test_a_backend_by_name_must_reach_what_it_promises_unless_less_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bwrap, "BwrapLauncher", LeakyLauncher)
    with pytest.raises(
        SandboxUnavailable, match=r"reaches level 'weak' here, less than 'strong' .*seccomp.*level='weak' accepts"
    ):
        factory.make_sandbox("bwrap")
    with factory.make_sandbox("bwrap", workers=1, level="weak") as sandbox:
        assert sandbox.report().level == "weak"


def test_an_unknown_level_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match=r"unknown level 'stong'; did you mean 'strong'\? Known: strong, weak, none"):
        factory.make_sandbox("direct", level="stong")


@pytest.mark.parametrize(("packages", "error"), [("numpy", TypeError), (("no-name",), ValueError), ((1,), ValueError)])
def test_packages_are_a_sequence_of_module_names(packages: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="packages must"):
        factory.make_sandbox("direct", packages=packages)


@pytest.mark.parametrize("backend", ["auto", "bwrap", "direct", "none"])
@pytest.mark.filterwarnings("ignore:backend 'none':UserWarning")
def test_a_package_that_is_not_installed_is_an_error_of_its_own(
    backend: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no-daemon.sock")
    with pytest.raises(PackageMissing) as caught:
        factory.make_sandbox(backend, packages=("nunpy",))
    rule = f"packages must hold names of modules that are installed in this environment ({sys.prefix}), got 'nunpy'"
    assert str(caught.value) == f"{rule}; did you mean 'numpy'? Else install it, or leave it out"
    with pytest.raises(PackageMissing, match="got 'qqqqqqq'; install it, or leave it out"):
        factory.make_sandbox(backend, packages=("qqqqqqq",))


@pytest.mark.docker
@pytest.mark.parametrize("backend", ["docker", "auto"])
def test_a_package_that_is_not_installed_is_told_before_an_image_that_could_not_be_made(backend: str) -> None:
    with pytest.raises(PackageMissing, match="got 'nunpy'; did you mean 'numpy'"):
        factory.make_sandbox(backend, packages=("nunpy",))


@pytest.mark.parametrize("backend", ["auto", "direct"])
def test_other_systems_are_told_what_is_left(monkeypatch: pytest.MonkeyPatch, backend: str, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no-daemon.sock")
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SandboxUnavailable, match="backend='none'"):
        factory.make_sandbox(backend).report()


def test_the_shared_sandbox_is_one_until_it_is_closed() -> None:
    first = factory.shared_sandbox("direct")
    assert factory.shared_sandbox("direct") is first
    first.close()
    second = factory.shared_sandbox("direct")
    assert second is not first
    assert factory.shared_sandbox("direct", level="none") is not second
    assert factory.shared_sandbox("direct", packages=("numpy",)) is factory.shared_sandbox("direct", packages=["numpy"] * 2)
    second.close()


PLUGIN = """
from rlvr_envs.sandbox.direct import DirectLauncher

class Mine(DirectLauncher):
    name = "mine"
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution that names three backends: one that works, one that is no launcher, one that is not there."""
    (tmp_path / "some_plugin.py").write_text(PLUGIN)
    metadata = tmp_path / "some_plugin-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: some-plugin\nVersion: 1.0\n")
    points = "mine = some_plugin:Mine\nodd = some_plugin:__name__\nlost = some_plugin:Lost\nbwrap = some_plugin:Mine\n"
    (metadata / "entry_points.txt").write_text(f"[rlvr.sandboxes]\n{points}")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("plugin")
def test_another_package_adds_a_backend_by_an_entry_point() -> None:
    with factory.make_sandbox("mine", workers=1) as sandbox:
        assert (sandbox.report().backend, sandbox.report().level) == ("mine", "weak")
    assert factory.backend_names()[-3:] == ("lost", "mine", "odd")
    with pytest.raises(ValueError, match=r"unknown backend 'mien'; did you mean 'mine'\?"):
        factory.make_sandbox("mien")


@pytest.mark.usefixtures("plugin")
def test_a_built_in_name_stands_for_the_built_in_backend() -> None:
    assert factory.launcher_class("bwrap") is bwrap.BwrapLauncher


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize(("backend", "reason"), [("odd", "must be a subclass of .*Launcher"), ("lost", "cannot be loaded")])
def test_an_entry_point_that_is_no_backend_is_told(backend: str, reason: str) -> None:
    with pytest.raises(SandboxUnavailable, match=reason):
        factory.make_sandbox(backend)


FULL = dict.fromkeys(bwrap._STRONG, True)


@pytest.mark.parametrize(("features", "level"), [(FULL, "strong"), ({**FULL, "seccomp": False}, "weak"), ({}, "weak")])
def test_bwrap_is_strong_only_with_every_measure(features: Mapping[str, bool | str], level: str) -> None:
    assert bwrap.BwrapLauncher().level(features) == level


@pytest.mark.parametrize("missing", direct._NEEDED)
def test_direct_is_weak_only_with_every_measure_that_it_promises(missing: str) -> None:
    full = dict.fromkeys(direct._NEEDED, True)
    assert direct.DirectLauncher().level(full) == "weak"
    assert direct.DirectLauncher().level({**full, missing: False}) == "none"


def test_the_interpreter_of_guests_is_the_base_one() -> None:
    interpreter = find_interpreter()
    assert interpreter.executable.startswith(sys.base_prefix)
    assert not any(folder.startswith(sys.prefix) for folder in interpreter.folders) or sys.prefix == sys.base_prefix
    assert all(name.endswith(("site-packages", "dist-packages")) for name in interpreter.third_party)


def test_cleaned_text_has_no_controls_no_surrogates_and_no_direction_marks() -> None:
    assert clean("a\x00\x1b[1m\tb\n\r\ud800\u202ec", 100) == "a\ufffd\ufffd[1m\tb\n\ufffd\ufffd\ufffdc"
    assert clean("abcdef", 3) == "abc"


@pytest.mark.parametrize("backend", ["bwrap", "direct"])
def test_too_few_file_descriptors_are_named_with_the_remedy(backend: str) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    text = r"needs 160 file descriptors .* may have 128; raise the limit \(ulimit -n 160\)"
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))
    try:
        with pytest.raises(SandboxUnavailable, match=text), make_sandbox(backend, workers=1, level="weak") as sandbox:
            sandbox.run(Program("print(1)", stdin=("",)))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
