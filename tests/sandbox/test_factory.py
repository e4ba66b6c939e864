"""Sandboxes by name."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pytest

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox import bwrap, factory
from rlvr_envs.sandbox.launch import find_interpreter
from rlvr_envs.sandbox.text import clean


def test_an_unknown_backend_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match=r"unknown backend 'bwarp'; did you mean 'bwrap'\? Known: auto, bwrap, direct, none"):
        factory.make_sandbox("bwarp")


@pytest.mark.parametrize("workers", [0, -1])
def test_the_number_of_workers_is_checked(workers: int) -> None:
    with pytest.raises(ValueError, match="workers must be at least 1"):
        factory.make_sandbox("direct", workers=workers)


def test_auto_takes_bwrap_where_it_works() -> None:
    with factory.make_sandbox("auto", workers=1) as sandbox:
        assert sandbox.report().backend == "bwrap"


def test_auto_takes_direct_where_bwrap_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise SandboxUnavailable("bubblewrap was not found")

    monkeypatch.setattr(bwrap, "find_bwrap", missing)
    with factory.make_sandbox("auto", workers=1) as sandbox:
        assert sandbox.report().backend == "direct"


@pytest.mark.parametrize("backend", ["auto", "direct"])
def test_other_systems_are_told_what_is_left(monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SandboxUnavailable, match="backend='none'"):
        factory.make_sandbox(backend).report()


def test_the_shared_sandbox_is_one_until_it_is_closed() -> None:
    first = factory.shared_sandbox("direct")
    assert factory.shared_sandbox("direct") is first
    first.close()
    second = factory.shared_sandbox("direct")
    assert second is not first
    second.close()


FULL = dict.fromkeys(bwrap._STRONG, True)


@pytest.mark.parametrize(("features", "level"), [(FULL, "strong"), ({**FULL, "seccomp": False}, "weak"), ({}, "weak")])
def test_bwrap_is_strong_only_with_every_measure(features: Mapping[str, bool | str], level: str) -> None:
    assert bwrap.BwrapLauncher().level(features) == level


def test_the_interpreter_of_guests_is_the_base_one() -> None:
    interpreter = find_interpreter()
    assert interpreter.executable.startswith(sys.base_prefix)
    assert not any(folder.startswith(sys.prefix) for folder in interpreter.folders) or sys.prefix == sys.base_prefix
    assert all(name.endswith(("site-packages", "dist-packages")) for name in interpreter.third_party)


def test_cleaned_text_has_no_controls_no_surrogates_and_no_direction_marks() -> None:
    assert clean("a\x00\x1b[1m\tb\n\r\ud800\u202ec", 100) == "a\ufffd\ufffd[1m\tb\n\ufffd\ufffd\ufffdc"
    assert clean("abcdef", 3) == "abc"
