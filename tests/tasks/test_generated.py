"""The source of generated tasks: seeds, splits, freshness and resistance to cheap answers."""

import json
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.tasks.base import CallTest, Task
from rlvr_envs.tasks.format import check_task, task_from_dict, task_to_dict
from rlvr_envs.tasks.generated import FAMILIES, GeneratedSource
from rlvr_envs.tasks.generated.draw import cheap_share

ALL = GeneratedSource(split="all")


def draws(source: GeneratedSource, count: int, *, seed: int = 0, difficulty: float | None = None) -> list[Task]:
    rng = np.random.default_rng(seed)
    return [source.sample(rng, difficulty) for _ in range(count)]


def calls(tests: tuple[object, ...]) -> list[CallTest]:
    assert all(isinstance(test, CallTest) for test in tests)
    return [test for test in tests if isinstance(test, CallTest)]


DRAWN = draws(ALL, 600)


def test_drawn_tasks_are_of_the_task_format() -> None:
    for task in DRAWN:
        check_task(task)
        assert task_from_dict(json.loads(json.dumps(task_to_dict(task), allow_nan=False))) == task


def test_one_task_reads_as_documented() -> None:
    task = ALL.get("generated/plus/a=8/0", np.random.default_rng(0))
    assert task.prompt == "Write a Python function `func(n)` that returns n plus 8."
    assert task.reference == "def func(n):\n    return n + 8\n"
    for test in calls(tuple(task.tests)):
        assert test.expected == test.args[0] + 8
    assert (len(task.tests.visible), len(task.tests.hidden), len(task.tests.audit)) == (2, 8, 4)


def test_same_seed_same_tasks_in_every_process_and_under_every_hash_seed() -> None:
    program = (
        "import json, numpy as np\n"
        "from rlvr_envs.tasks.format import task_to_dict\n"
        "from rlvr_envs.tasks.generated import GeneratedSource\n"
        "rng = np.random.default_rng(5)\n"
        "source = GeneratedSource(split='all')\n"
        "print(json.dumps([task_to_dict(source.sample(rng)) for _ in range(40)]))\n"
    )
    here = json.dumps([task_to_dict(task) for task in draws(ALL, 40, seed=5)])
    for hash_seed in ("1", "77"):
        run = subprocess.run([sys.executable, "-c", program], env={"PYTHONHASHSEED": hash_seed}, capture_output=True, check=True)
        assert run.stdout.decode().strip() == here


def test_the_id_fixes_all_but_the_hidden_and_audit_tests() -> None:
    for task in DRAWN[:60]:
        again = ALL.get(task.task_id, np.random.default_rng(12_345))
        same = ("task_id", "prompt", "entry_point", "reference", "metadata")
        assert [getattr(again, name) for name in same] == [getattr(task, name) for name in same]
        assert again.tests.visible == task.tests.visible
        assert again.tests.hidden != task.tests.hidden
        assert again.tests.audit != task.tests.audit


def test_no_input_occurs_twice_in_a_task() -> None:
    for task in DRAWN:
        inputs = [repr(test.args) for test in calls(tuple(task.tests))]
        assert len(set(inputs)) == len(inputs)


def test_no_constant_and_no_argument_passes_more_than_half_of_the_hidden_tests() -> None:
    for task in DRAWN:
        hidden = calls(task.tests.hidden)
        constants = Counter(repr(test.expected) for test in hidden)
        assert max(constants.values()) <= 4, task.task_id
        for i in range(len(hidden[0].args)):
            assert sum(repr(test.args[i]) == repr(test.expected) for test in hidden) <= 4, task.task_id


def test_no_table_of_the_visible_examples_passes_the_hidden_tests() -> None:
    for task in DRAWN:
        table = {repr(test.args): test.expected for test in calls(task.tests.visible)}
        hidden = calls(task.tests.hidden)
        for default in (*table.values(), None):
            assert not all(repr(table.get(repr(test.args), default)) == repr(test.expected) for test in hidden), task.task_id
        for i in range(len(hidden[0].args)):
            answers = [repr(table.get(repr(test.args), test.args[i])) for test in hidden]
            assert answers != [repr(test.expected) for test in hidden], task.task_id


def test_hidden_and_visible_tests_cover_every_branch() -> None:
    for task in DRAWN:
        family = FAMILIES[str(task.metadata["family"])]
        params = {
            name: value if value.isalpha() else int(value)
            for name, value in (pair.split("=") for pair in task.task_id.split("/")[2].split(",") if pair != "-")
        }
        for tests, seen in ((task.tests.hidden, family.branches), (task.tests.visible, min(2, family.branches))):
            assert len({family.branch(*test.args, **params) for test in calls(tests)}) == seen, task.task_id


def test_a_cheap_answer_is_measured_by_hand() -> None:
    # Expected 1, 1, True, 2: the constant 1 is right twice (True is not 1); the argument is right on 2 alone.
    tests = [CallTest((0,), 1), CallTest((3,), 1), CallTest((1,), True), CallTest((2,), 2)]
    assert cheap_share(tests) == 0.5
    assert cheap_share([CallTest((7,), 7), CallTest((8,), 8), CallTest((9,), 0)]) == 2 / 3


def test_splits_are_disjoint_and_each_is_rebuilt_only_by_its_own_source() -> None:
    rng = np.random.default_rng(0)
    sources = {split: GeneratedSource(split=split) for split in ("train", "test", "transfer")}
    for split, source in sources.items():
        for task in draws(source, 100, seed=1):
            assert task.metadata["split"] == split
            assert source.get(task.task_id, rng).task_id == task.task_id
            for other in sources.values():
                if other is not source:
                    with pytest.raises(TaskError, match="must be an id of GeneratedSource"):
                        other.get(task.task_id, rng)


@pytest.mark.parametrize(
    "task_id",
    [
        "",
        "plus/a=8/0",
        "generated/plus/a=8/0/1",
        "other/plus/a=8/0",
        "generated/pluss/a=8/0",
        "generated/plus/a=1000/0",
        "generated/plus/a=08/0",
        "generated/plus/a=8,a=8/0",
        "generated/plus/-/0",
        "generated/plus/a=8/00",
        "generated/plus/a=8/1000",
        "generated/plus/a=8/²",
        "generated/weighted_sum/a=3,b=3/0",
        "generated/weighted_sum/b=3,a=4/0",
        "generated/second_largest//0",
    ],
)
def test_only_the_exact_id_is_an_id(task_id: str) -> None:
    with pytest.raises(TaskError, match="task_id"):
        ALL.get(task_id, np.random.default_rng(0))


@pytest.mark.parametrize(("difficulty", "low", "high"), [(0.0, 0.0, 1 / 6), (0.5, 1 / 3, 2 / 3), (1.0, 5 / 6, 1.0)])
def test_difficulty_draws_families_within_a_sixth_of_it(difficulty: float, low: float, high: float) -> None:
    drawn = {float(task.metadata["difficulty"]) for task in draws(GeneratedSource(), 200, difficulty=difficulty)}
    assert low <= min(drawn) <= max(drawn) <= high
    assert len(drawn) > 1


def test_no_difficulty_draws_all_families_of_the_split() -> None:
    drawn = {task.metadata["family"] for task in draws(GeneratedSource(), 600)}
    assert drawn == {name for name, family in FAMILIES.items() if not family.transfer}


def test_named_families_are_the_only_ones() -> None:
    source = GeneratedSource(split="test", families=["clamp", "count_letter"])
    assert {task.metadata["family"] for task in draws(source, 40)} == {"clamp", "count_letter"}
    assert source.ids() is None
