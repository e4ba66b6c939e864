"""make_source and lists of tasks."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.tasks.base import AssertTest, Suite, Task, TaskSource
from rlvr_envs.tasks.difficulty import near
from rlvr_envs.tasks.files import write_tasks
from rlvr_envs.tasks.generated import GeneratedSource
from rlvr_envs.tasks.sources import ListSource, make_source


def task(name: str, **metadata: Any) -> Task:
    return Task(name, "Write f.", "f", Suite(hidden=(AssertTest("assert f() == 1"),)), metadata=metadata)


TASKS = [task(f"t/{i}") for i in range(200)]
RNG = np.random.default_rng(0)


def test_a_list_is_whole_by_default_and_splits_partition_it() -> None:
    every, train, test = (make_source(TASKS, split=split).ids() for split in (None, "train", "test"))
    assert every == tuple(task.task_id for task in TASKS)
    assert train is not None
    assert test is not None
    assert set(train) | set(test) == set(every)
    assert not set(train) & set(test)
    assert 20 <= len(test) <= 60  # a fifth of 200 is 40; the binomial's standard deviation is 5.7


def test_a_task_stays_in_its_split_when_tasks_are_added() -> None:
    few = ListSource(TASKS[:100], split="test").ids()
    assert few == tuple(i for i in ListSource(TASKS, split="test").ids() if int(i[2:]) < 100)


def test_sampling_reaches_every_task_and_repeats_with_the_seed() -> None:
    source = ListSource(TASKS[:5])
    first = [source.sample(np.random.default_rng(3)).task_id for _ in range(2)]
    assert first[0] == first[1]
    rng = np.random.default_rng(0)
    assert {source.sample(rng).task_id for _ in range(200)} == set(source.ids())


def test_get_returns_the_task_or_names_the_nearest() -> None:
    source = ListSource(TASKS)
    assert source.get("t/7", RNG) is TASKS[7]
    with pytest.raises(TaskError, match=r"such as 't/19\d'"):
        source.get("t/1999", RNG)


def test_copies_are_the_source_itself() -> None:
    for source in (ListSource(TASKS), GeneratedSource()):
        assert copy.deepcopy({"tasks": source})["tasks"] is source


def test_difficulty_chooses_within_a_sixth_else_the_nearest() -> None:
    source = ListSource([task(str(d), difficulty=d) for d in (0.0, 0.1, 0.5, 1.0)])
    rng = np.random.default_rng(0)
    assert {source.sample(rng, 0.05).task_id for _ in range(50)} == {"0.0", "0.1"}
    assert {source.sample(rng, 0.75).task_id for _ in range(50)} == {"0.5", "1.0"}  # both a quarter away, none within a sixth
    assert {source.sample(rng, 0.9).task_id for _ in range(50)} == {"1.0"}


def test_the_edge_of_the_reach_belongs_to_it() -> None:
    assert near([0.0, 1 / 3, 0.35], 1 / 6, float) == [0.0, 1 / 3]


@pytest.mark.parametrize("difficulty", [-0.1, 1.5, float("nan")])
def test_difficulty_outside_the_scale_is_refused(difficulty: float) -> None:
    for source in (GeneratedSource(), ListSource([task("a", difficulty=0.5)])):
        with pytest.raises(ValueError, match=r"difficulty must be in \[0, 1\]"):
            source.sample(RNG, difficulty)


def test_difficulty_of_tasks_that_state_none_is_an_error_and_not_ignored() -> None:
    with pytest.raises(ValueError, match=r"needs a number in \[0, 1\].*is missing in task 't/0'; pass difficulty=None"):
        ListSource(TASKS).sample(RNG, 0.5)


def test_names_paths_and_sources_are_understood(tmp_path: Path) -> None:
    write_tasks(tmp_path / "mine.jsonl.gz", TASKS)
    assert make_source(str(tmp_path / "mine.jsonl.gz")).ids() == make_source(tmp_path / "mine.jsonl.gz").ids()
    assert repr(make_source()) == repr(GeneratedSource(split="train"))
    assert repr(make_source("generated:plus, minus", split="test")) == "GeneratedSource(split='test', families=['plus', 'minus'])"
    source = ListSource(TASKS)
    assert make_source(source) is source
    assert isinstance(source, TaskSource)
    assert isinstance(GeneratedSource(), TaskSource)


def test_rows_and_tasks_may_be_mixed_and_errors_name_the_index() -> None:
    row = {"task_id": "r", "prompt": "p", "entry_point": "f", "tests": {"hidden": ["assert f()"]}}
    assert make_source([TASKS[0], row]).ids() == ("t/0", "r")
    with pytest.raises(TaskError, match=r"tasks\[1\]: field 'prompt': must be text, got 3"):
        make_source([row, {**row, "prompt": 3}])


@pytest.mark.parametrize(
    ("tasks", "split", "message"),
    [
        ("generate", None, "did you mean 'generated'"),
        ("human-eval:x", None, "did you mean 'humaneval'"),
        ("humaneval", None, "humaneval:PATH"),
        ("no/such/file.jsonl", None, "no such file"),
        ("generated:plsu", None, "did you mean 'plus'"),
        ("generated:", None, "unknown family ''"),
        ("generated", "validation", "must be one of train, test, transfer, all"),
        ("generated:second_largest", "train", "they are in 'transfer' or 'all'"),
        ("generated:plus", "transfer", "they are in 'train', 'test' or 'all'"),
        (TASKS, "transfer", "must be one of all, train, test"),
        ([TASKS[0], TASKS[0]], None, "must be unique"),
        ([], None, "must hold at least one task"),
        (ListSource(TASKS), "test", "must be None with a source"),
    ],
)
def test_mistakes_are_value_errors_that_name_the_remedy(tasks: Any, split: str | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_source(tasks, split=split)


@pytest.mark.parametrize("tasks", [3, None, {"task_id": "x"}, b"generated"])
def test_other_types_are_type_errors(tasks: Any) -> None:
    with pytest.raises(TypeError, match="must be a"):
        make_source(tasks)


def test_an_item_that_is_no_task_names_its_index() -> None:
    with pytest.raises(TaskError, match=r"^tasks\[1\]: must be a Task or a row of the task format, got 3$"):
        make_source([TASKS[0], 3])  # type: ignore[list-item]


def test_a_missing_data_set_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"the file of tasks cannot be read: No such file or directory: '.*none\.jsonl'"):
        make_source(f"humaneval:{tmp_path}/none.jsonl")
