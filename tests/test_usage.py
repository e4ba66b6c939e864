"""The boundary between what a user gave and what the program does wrong."""

from __future__ import annotations

import gymnasium as gym
import pytest

from rlvr_envs._usage import given
from rlvr_envs.errors import EnvClosed, InfraError, MissingExtra, ResetNeeded, TaskError, UsageError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("n must be 1, got 2"), "run.yaml: n must be 1, got 2"),
        (ValueError("n[3] must be 1"), "run.yaml: n[3] must be 1"),
        (ValueError("must be 1, got 2"), "run.yaml: n must be 1, got 2"),
        (ValueError("nine must be 9"), "run.yaml: n: nine must be 9"),
        (TypeError("two\n  lines\n"), "run.yaml: n: two lines"),
        (FileNotFoundError(2, "No such file", "x"), "run.yaml: n: No such file: 'x'"),
        (ValueError(), "run.yaml: n: ValueError"),
        (TaskError(rule="must be text", field="prompt", value=3), "run.yaml: n: field 'prompt': must be text, got 3"),
        (MissingExtra("docker", "docker"), "run.yaml: n: 'docker' is not installed; install it with: pip install 'rlvr[docker]'"),
        (gym.error.NameNotFound("no `x`"), "run.yaml: n: no `x`"),
        (TypeError("n is bad was raised from the environment creator for a/B-v0 with kwargs ({})"), "run.yaml: n is bad"),
    ],
)
def test_a_refusal_is_one_line_that_begins_with_its_place(error: Exception, text: str) -> None:
    with pytest.raises(UsageError) as caught, given("run.yaml: n"):
        raise error
    assert str(caught.value) == text
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("kind", [InfraError, EnvClosed, ResetNeeded, KeyError, AttributeError, RuntimeError, UsageError])
def test_a_fault_and_an_error_that_has_its_place_pass_unchanged(kind: type[Exception]) -> None:
    error = kind("x")
    with pytest.raises(kind) as caught, given("run.yaml: n"):
        raise error
    assert caught.value is error


def test_only_the_kinds_that_are_named_are_refusals() -> None:
    with pytest.raises(TypeError, match=r"^x$"), given("n", (OSError,)):
        raise TypeError("x")


def test_without_a_place_an_error_of_the_suite_keeps_its_kind() -> None:
    with pytest.raises(TaskError), given():
        raise TaskError(rule="must be text")
    with pytest.raises(UsageError, match=r"^x$"), given():
        raise ValueError("x")
