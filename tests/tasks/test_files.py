"""Files of tasks."""

import gzip
import json
from pathlib import Path

import pytest

from rlvr_envs.errors import TaskError
from rlvr_envs.tasks.base import AssertTest, Suite, Task
from rlvr_envs.tasks.files import read_rows, read_tasks, write_tasks
from rlvr_envs.tasks.format import task_to_dict

TASKS = tuple(Task(f"t/{i}", f"Write f. \u2028 {i}", "f", Suite(hidden=(AssertTest(f"assert f() == {i}"),))) for i in range(3))


@pytest.mark.parametrize("name", ["tasks.jsonl", "tasks.jsonl.gz"])
def test_written_tasks_are_read_back(tmp_path: Path, name: str) -> None:
    write_tasks(tmp_path / name, TASKS)
    assert read_tasks(tmp_path / name) == TASKS


def test_gzip_is_told_by_content_and_equal_tasks_give_equal_bytes(tmp_path: Path) -> None:
    write_tasks(tmp_path / "a.gz", TASKS)
    write_tasks(tmp_path / "b.gz", TASKS)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    (tmp_path / "no-suffix").write_bytes((tmp_path / "a.gz").read_bytes())
    assert read_tasks(tmp_path / "no-suffix") == TASKS


def test_blank_lines_crlf_and_a_byte_order_mark_are_no_rows(tmp_path: Path) -> None:
    file = str(tmp_path / "rows")
    (tmp_path / "rows").write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"a": 2}\r\n')
    assert list(read_rows(tmp_path / "rows")) == [(file, 1, {"a": 1}), (file, 3, {"a": 2})]


def test_a_json_array_is_read_as_rows_with_their_index(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text('[\n {"a": 1},\n {"a": 2}]')
    file = str(tmp_path / "rows.json")
    assert list(read_rows(file)) == [(f"{file}[0]", 0, {"a": 1}), (f"{file}[1]", 0, {"a": 2})]


def test_unicode_line_separators_do_not_end_a_row(tmp_path: Path) -> None:
    (tmp_path / "rows").write_text(json.dumps({"a": "x\u2028y\x85z"}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert list(read_rows(tmp_path / "rows")) == [(str(tmp_path / "rows"), 1, {"a": "x\u2028y\x85z"})]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": 1}\n{"a": \n', r"rows:2: must be JSON \(Expecting value, column 7\)"),
        (b'{"a": 1}\n{"a": NaN}', r"rows:2: must be strict JSON; write .*got 'NaN'"),
        (b'{"a": 1, "a": 2}', "rows:1: must not repeat a key"),
        (b"3", "rows:1: each row must be a JSON object, got 3"),
        (b"[[1]]", r"rows\[0\]: each row must be a JSON object, got \[1\]"),
        (b'{"a": ' + b"9" * 5000 + b"}", r"\$int"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "must not nest that deeply"),
        (b"\xff\xfe", "must be UTF-8"),
        (gzip.compress(b'{"a": 1}', mtime=0)[:-9], "must be a whole gzip file"),
    ],
)
def test_a_broken_file_names_the_place(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "rows").write_bytes(content)
    with pytest.raises(TaskError, match=message):
        list(read_rows(tmp_path / "rows"))


def test_two_rows_of_one_id_name_both_lines(tmp_path: Path) -> None:
    write_tasks(tmp_path / "rows", (TASKS[0], TASKS[1], TASKS[0]))
    with pytest.raises(TaskError, match=r"rows:3: field 'task_id': must be unique \(line 1 has it too\), got 't/0'"):
        read_tasks(tmp_path / "rows")


def test_rows_of_an_array_are_named_by_their_index(tmp_path: Path) -> None:
    rows = [task_to_dict(task) for task in TASKS]
    (tmp_path / "rows").write_text(json.dumps([rows[0], {**rows[1], "prompt": 3}]))
    with pytest.raises(TaskError, match=r"rows\[1\]: field 'prompt': must be text, got 3"):
        read_tasks(tmp_path / "rows")
    (tmp_path / "rows").write_text(json.dumps([rows[0], rows[1], rows[0]]))
    with pytest.raises(TaskError, match=r"rows\[2\]: field 'task_id': must be unique \(.*rows\[0\] has it too\), got 't/0'"):
        read_tasks(tmp_path / "rows")


def test_a_file_without_tasks_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "rows").write_text("\n")
    with pytest.raises(TaskError, match=r"rows: must hold at least one task, but holds no rows$"):
        read_tasks(tmp_path / "rows")
