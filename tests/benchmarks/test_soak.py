"""The soak: it finds nothing where nothing is left, and finds what is."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("psutil", reason="needs the extra `dev`")

from benchmarks.footprint import Footprint, own_temporary_folder, take
from benchmarks.soak.measure import Plan, Soaked, soak
from benchmarks.soak.programs import draw, read_hostile
from benchmarks.soak.score import figures, left_over
from rlvr_envs.sandbox.base import CallResult, RunResult, Status
from rlvr_envs.sandbox.factory import make_sandbox

ROOT = Path(__file__).parents[2]
HOSTILE = tuple(read_hostile())


def missed(found: Soaked) -> list[str]:
    """What is left over, without mounts: other tests on this machine may make some."""
    return [entry["name"] for entry in left_over(found) if not entry["met"] and entry["name"] != "mounts left over"]


def run_soak(programs: int) -> None:
    """Prints the figures of a soak, in a process that adopts no orphans of other tests."""
    found = soak(partial(make_sandbox, "auto", workers=2), Plan(programs, HOSTILE, share=0.1, chunk=50))
    print(json.dumps({**figures(found), "missed": missed(found)}))


@pytest.mark.slow
def test_three_hundred_programs_leave_nothing_over() -> None:
    code = "from tests.benchmarks.test_soak import run_soak; run_soak(300)"
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stderr
    found = json.loads(shown.stdout)
    assert found["missed"] == []
    assert found["programs"] == 300 == sum(found["honest"].values()) + sum(found["hostile"].values())
    assert found["honest"] == {"ok": sum(found["honest"].values())}
    assert found["hostile"].keys() <= {status.value for status in Status} - {"infra_error"}
    assert sum(found["hostile"].values()) > 10
    assert found["at_work"][-1]["processes"] > 0


def footprint(**changes: object) -> Footprint:
    plain = {"processes": 0, "zombies": 0, "descriptors": 5, "mounts": ("/",), "files": 0, "own_mib": 40.0, "workers_mib": 0.0}
    return Footprint(**{**plain, "worker_descriptors": 10, "worker_mounts": 20, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "name"),
    [
        ({"processes": 1}, "processes left over"),
        ({"zombies": 1}, "zombies left over"),
        ({"descriptors": 6}, "descriptors left over"),
        ({"files": 1}, "temporary files left over"),
    ],
)
def test_what_is_left_after_the_end_is_named(after: dict[str, object], name: str) -> None:
    found = Soaked(before=footprint(), warm=footprint(), at_work=[(1, footprint())], after=footprint(**after))
    assert missed(found) == [name]


def test_growth_on_the_way_and_wrong_judgements_are_named() -> None:
    grown = footprint(own_mib=48.5, workers_mib=8.1, worker_descriptors=11, worker_mounts=21)
    found = Soaked(before=footprint(), warm=footprint(), at_work=[(1, footprint()), (2, grown)], after=footprint(), misjudged=1)
    assert missed(found) == [
        "honest programs judged wrongly",
        "growth of this process",
        "growth of the workers",
        "growth of the workers' descriptors",
        "growth of the workers' mounts",
    ]


def test_a_new_mount_is_named() -> None:
    found = Soaked(before=footprint(), after=footprint(mounts=("/", "/left")), seconds=1.0)
    assert figures(found)["new_mounts"] == ["/left"]
    assert [entry["name"] for entry in left_over(found) if not entry["met"]] == ["mounts left over"]


def test_a_footprint_sees_files_processes_and_descriptors() -> None:
    with own_temporary_folder() as folder:
        before = take(folder)
        with tempfile.NamedTemporaryFile(prefix="rlvr-") as kept, open(kept.name, "rb"):
            sleeper = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
            during = take(folder)
            sleeper.communicate()
        after = take(folder)
    assert during.files == before.files + 1
    assert during.descriptors == before.descriptors + 3  # two of the file, one of the pipe
    assert during.processes == before.processes + 1
    assert after.to_dict() | {"own_mib": 0.0} == before.to_dict() | {"own_mib": 0.0}
    assert not os.path.exists(folder)


def test_programs_are_drawn_from_the_seed_in_the_share_asked_for() -> None:
    drawn = list(itertools.islice(draw(random.Random(1), HOSTILE, 0.25), 400))
    assert drawn == list(itertools.islice(draw(random.Random(1), HOSTILE, 0.25), 400))
    assert 70 < sum(each.hostile for each in drawn) < 130
    assert {bool(each.program.tests) for each in drawn if each.hostile} == {True, False}


def test_an_honest_program_is_right_only_with_its_values() -> None:
    each = next(item for item in draw(random.Random(0), HOSTILE, 0.0) if item.program.calls)
    results = tuple(CallResult(Status.OK, value=value) for value in each.values)
    assert each.is_right(RunResult(Status.OK, results=results))
    assert not each.is_right(RunResult(Status.OK, results=results[:-1]))
    assert not each.is_right(RunResult(Status.OK, results=(CallResult(Status.OK, value=0), *results[1:])))
    assert not each.is_right(RunResult(Status.INFRA_ERROR, results=results))
