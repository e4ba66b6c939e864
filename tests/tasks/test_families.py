"""Every family: its reference against its evaluator, its splits, its place on the scale."""

import json
import subprocess
import sys
import tempfile
from typing import Any

import numpy as np
import pytest

from rlvr_envs.tasks.base import CallTest
from rlvr_envs.tasks.generated import FAMILIES, Family, GeneratedSource
from rlvr_envs.tasks.generated.draw import draw_tests
from rlvr_envs.tasks.generated.inputs import text

#: Runs references and compares by repr, apart from the evaluators: the texts are run in a process of their own.
RUNNER = """
import json, sys
for row in json.load(sys.stdin):
    namespace = {}
    exec(row["reference"], namespace)
    for args, expected in row["cases"]:
        got = repr(namespace[row["entry_point"]](*args))
        if got != expected:
            print(row["task_id"], args, got, expected)
"""
TRAINED = [family for family in FAMILIES.values() if not family.transfer]
DENSE = {"x": range(-150, 151), "y": (0, 1, 2, 17, 50), "n": range(0, 301)}


def test_references_agree_with_the_trusted_evaluators() -> None:
    rng = np.random.default_rng(0)
    rows = []
    for name, family in FAMILIES.items():
        source = GeneratedSource(split="all", families=[name])
        for task in (source.sample(rng) for _ in range(20)):
            cases = [(test.args, repr(test.expected)) for test in task.tests if isinstance(test, CallTest)]
            rows.append({**{key: getattr(task, key) for key in ("task_id", "entry_point", "reference")}, "cases": cases})
        assert family.name == name
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [sys.executable, "-I", "-c", RUNNER], input=json.dumps(rows).encode(), cwd=folder, capture_output=True, check=True
        )
    assert run.stdout.decode() == ""
    assert sum(len(row["cases"]) for row in rows) == 14 * 20 * len(FAMILIES)


def test_there_are_families_on_every_level_in_training_and_in_transfer() -> None:
    for transfer, least in ((False, 8), (True, 3)):
        levels = [int(min(family.difficulty, 0.999) * 3) for family in FAMILIES.values() if family.transfer == transfer]
        assert min(levels.count(level) for level in (0, 1, 2)) >= least
    assert len(TRAINED) >= 20


@pytest.mark.parametrize("family", TRAINED, ids=lambda family: family.name)
def test_both_splits_have_parameters(family: Family) -> None:
    splits = [family.split_of(params) for params in family.every_params()]
    assert set(splits) == {"train", "test"}
    assert 0.05 <= splits.count("test") / len(splits) <= 0.5


def behaviour(family: Family, params: Any, inputs: list[tuple[Any, ...]]) -> str:
    return repr([family.evaluate(*args, **params) for args in inputs])


def dense_inputs(family: Family) -> list[tuple[Any, ...]]:
    """Every number where a family takes numbers, else many drawn inputs (the same for all parameters)."""
    if set(family.arguments) <= set(DENSE):
        first, *rest = (DENSE[key] for key in family.arguments)
        return [(a, *others) for a in first for others in ([(b,) for b in rest[0]] if rest else [()])]
    rng = np.random.default_rng(0)
    every = list(family.every_params())
    return [family.draw_args(params, rng) for params in every[:: max(1, len(every) // 60)] for _ in range(20)]


@pytest.mark.parametrize("family", TRAINED, ids=lambda family: family.name)
def test_no_test_task_computes_the_function_of_a_train_task(family: Family) -> None:
    every = list(family.every_params())
    chosen = [every[i] for i in np.random.default_rng(0).permutation(len(every))[:300]]
    inputs = dense_inputs(family)
    functions: dict[str, set[str]] = {"train": set(), "test": set()}
    for params in chosen:
        functions[family.split_of(params)].add(behaviour(family, params, inputs))
    assert not functions["train"] & functions["test"]


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_all_parameters_give_tasks(family: Family) -> None:
    source, rng = GeneratedSource(split="all"), np.random.default_rng(0)
    every = list(family.every_params())
    for params in every[:: max(1, len(every) // 200)]:
        for variant in (0, 999):
            task = source.get(f"generated/{family.name}/{family.params_text(params)}/{variant}", rng)
            assert len(list(task.tests)) == 14


def test_prompts_are_short_and_plain() -> None:
    rng = np.random.default_rng(0)
    source = GeneratedSource(split="all")
    prompts = [source.sample(rng).prompt for _ in range(500)]
    assert max(map(len, prompts)) < 200
    assert all(prompt.isascii() and prompt.endswith(".") and "{" not in prompt for prompt in prompts)


def test_names_of_two_arguments_never_collide() -> None:
    for family in FAMILIES.values():
        for names in zip(*(argument.names for argument in family.arguments.values()), strict=True):
            assert len(set(names)) == len(names)


@pytest.mark.parametrize(("name", "difficulty", "message"), [("a b", 0.5, "identifier"), ("ok", 1.5, r"\[0, 1\], got 1.5")])
def test_a_family_that_ids_or_scale_cannot_hold_is_refused(name: str, difficulty: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Family(name, difficulty, "{s}", "return {s}", lambda s: s, {"s": text()})


def test_a_family_that_a_constant_solves_is_refused_when_drawn() -> None:
    constant = Family("constant", 0.5, "1", "return 1", lambda s: 1, {"s": text()})
    with pytest.raises(ValueError, match="a constant or an argument is right too often"):
        draw_tests(constant, {}, np.random.default_rng(0), count=8)
    one_branch = Family("one", 0.5, "{s}", "return {s}", lambda s: s + s, {"s": text()}, branch=lambda s: True, branches=2)
    with pytest.raises(ValueError, match="no 4 inputs a branch"):
        draw_tests(one_branch, {}, np.random.default_rng(0), count=8)
