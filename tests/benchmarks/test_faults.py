"""Killing the sandbox's processes at random, and what counts as a true answer."""

from __future__ import annotations

import dataclasses
import json
import random
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("psutil", reason="needs the extra `dev`")

from benchmarks.faults.__main__ import goals_of
from benchmarks.faults.measure import Faulted, _judge, run_with_faults
from benchmarks.faults.programs import draw
from benchmarks.footprint import Footprint
from rlvr_envs.sandbox.base import CallResult, RunResult, Sandbox, Status
from rlvr_envs.sandbox.factory import make_sandbox

ROOT = Path(__file__).parents[2]
KINDS = {(known.status, known.items): known for known in (draw(random.Random(seed)) for seed in range(60))}
EMPTY = Footprint(0, 0, 5, (), 0, 40.0, 0.0, 0, 0)


def run_under_fire(runs: int) -> None:
    """Prints what came of the runs, in a process that adopts no orphans of other tests."""
    found = run_with_faults(partial(make_sandbox, "auto", workers=2), runs, mean_s=0.05, seed=0)
    missed = [entry["name"] for entry in goals_of(found) if not entry["met"]]
    untrue = [answer for answer in found.untrue if answer["status"] != Status.CRASH.value]
    killed = sum(found.killed.values())
    print(json.dumps({"missed": missed, "untrue": untrue, "runs": found.runs, "true": found.true, "killed": killed}))


@pytest.mark.slow
def test_two_hundred_programs_are_each_answered_once_and_never_untruly_while_processes_are_killed() -> None:
    code = "from tests.benchmarks.test_faults import run_under_fire; run_under_fire(200)"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    found = json.loads(shown.stdout)
    assert found["untrue"] == []
    # How many end without a verdict is a matter of luck: a process may be killed in every attempt at one program.
    assert set(found["missed"]) <= {"programs without a verdict (infra_error)", "honest programs judged as crashed"}
    assert found["killed"] > 0
    assert found["true"] > found["runs"] / 2


def test_the_truth_about_each_kind_of_program_is_what_a_sandbox_says_of_it() -> None:
    assert len(KINDS) == 5
    with make_sandbox("auto", workers=1) as sandbox:
        for known in KINDS.values():
            assert known.is_true(sandbox.run(known.program)), known


class Lying(Sandbox):
    """Answers every program alike."""

    def __init__(self, status: Status, *, answers: int = 1) -> None:
        self._status, self._answers = status, answers

    def run_many(self, programs):  # type: ignore[no-untyped-def]
        return [RunResult(self._status, results=(CallResult(self._status),), detail="so it says; more")] * (
            len(programs) * self._answers
        )

    def report(self):  # type: ignore[no-untyped-def]
        raise NotImplementedError

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("sandbox", "name"),
    [
        (Lying(Status.OK), "untrue answers"),
        (Lying(Status.ERROR), "untrue answers"),
        (Lying(Status.CRASH), "honest programs judged as crashed"),
        (Lying(Status.INFRA_ERROR), "programs without a verdict (infra_error)"),
        (Lying(Status.INFRA_ERROR, answers=0), "programs without exactly one answer"),
    ],
)
def test_every_false_answer_is_found(sandbox: Sandbox, name: str) -> None:
    found = Faulted(before=EMPTY, after=EMPTY, killed=Counter(guest=1))
    known = [KINDS[Status.OK, (Status.OK,) * 3]] * 4
    _judge(sandbox, known, found)
    assert [entry["name"] for entry in goals_of(found) if not entry["met"]] == [name]
    assert found.runs == 4


def test_a_run_without_a_kill_shows_nothing() -> None:
    found = Faulted(runs=1, true=1, before=EMPTY, after=EMPTY)
    assert [entry["name"] for entry in goals_of(found) if not entry["met"]] == ["processes killed"]


def test_leftovers_are_found() -> None:
    left = dataclasses.replace(EMPTY, processes=1, descriptors=6, files=1)
    found = Faulted(runs=1, true=1, before=EMPTY, after=left, killed=Counter(guest=1))
    missed = [entry["name"] for entry in goals_of(found) if not entry["met"]]
    assert missed == ["processes left over", "descriptors left over", "temporary files left over"]
