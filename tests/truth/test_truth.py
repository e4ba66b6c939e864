"""Our verdicts are those of plain Python on mutants of published references; what differs is explained by a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.truth.__main__ import score
from benchmarks.truth.explain import explain
from benchmarks.truth.measure import Compared, Item, choose, compare
from benchmarks.truth.originals import FILES, ORIGINALS
from benchmarks.truth.plain import Plain, run_plain
from rlvr_envs.audit.mutants import every_mutant
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.tasks.base import AssertTest, Suite, Task
from rlvr_envs.tasks.sources import make_source


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with make_sandbox("auto", workers=2) as made:
        yield made


def item(source: str, *, tests: str = "assert f(1) == 1", setup: str = "") -> Item:
    task = Task("t", "Write f.", "f", Suite(hidden=(AssertTest(tests),)), setup=setup, test_setup=setup)
    return Item(task, None, source, f"{source}\n{tests}\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ORIGINALS))
def test_verdicts_on_mutants_are_those_of_plain_exec(name: str, data_folder: Path, sandbox: Sandbox) -> None:
    items = list(choose({name: data_folder / FILES[name]}, count=30, seed=7, references=False))
    assert len(items) == 30
    figures = score(compare(items, sandbox, workers=2), sandbox)
    for row in figures["differences"]:
        print(f"{row['explanation']}: {row['name']}: here {row['here']}, plain {row['plain']}")
    assert [row for row in figures["differences"] if row["explanation"] == "unexplained"] == []
    assert 0 < figures["mutants_solved"] < 30  # both kinds of verdict are among them


@pytest.mark.parametrize("name", sorted(ORIGINALS))
def test_the_same_seed_chooses_the_same_mutants(name: str, data_folder: Path) -> None:
    first, again, other = (
        [
            (one.task.task_id, str(one.mutant))
            for one in choose({name: data_folder / FILES[name]}, count=9, seed=s, references=False)
        ]
        for s in (1, 1, 2)
    )
    assert first == again != other
    assert len({task_id for task_id, _ in first}) == 9


def test_both_judges_agree_on_right_and_wrong(sandbox: Sandbox) -> None:
    right, wrong, hangs = (item(f"def f(x):\n    {body}") for body in ("return x", "return 2", "while x: pass"))
    found = compare([right, wrong, hangs], sandbox, workers=2)
    assert [(one.verdict, one.plain.said, one.agree) for one in found] == [
        ("solved", "passed", True),
        ("wrong", "AssertionError: ", True),
        ("timeout", "timeout", True),
    ]


def test_a_difference_that_no_run_explains_is_told(sandbox: Sandbox) -> None:
    # Plain Python asks the program's own __eq__; the judge compares plain data.
    liar = "class Any(int):\n    def __eq__(self, other):\n        return True\n    __hash__ = int.__hash__\n"
    (found,) = compare([item(f"{liar}def f(x):\n    return Any(7)")], sandbox, workers=1)
    assert (found.verdict, found.plain.said, found.agree) == ("wrong", "passed", False)
    assert explain(found, sandbox) == "unexplained"


def test_helpers_that_the_answer_bends_are_an_explanation(sandbox: Sandbox) -> None:
    helper, bent = "def g(x):\n    return x + 1", "def g(x):\n    return x"
    (found,) = compare([item(f"{bent}\ndef f(x):\n    return x", tests="assert f(1) == g(1)", setup=helper)], sandbox, workers=1)
    assert (found.agree, explain(found, sandbox)) == (False, "helpers")


def test_the_known_difference_of_humaneval_is_explained(data_folder: Path, sandbox: Sandbox) -> None:
    # The mutant breaks a helper that the prompt defines and the test calls: its encoding and its decoding do nothing alike.
    path = data_folder / FILES["humaneval"]
    task = make_source(f"humaneval:{path}").get("HumanEval/38", np.random.default_rng(0))
    (mutant,) = [each for each in every_mutant(str(task.reference)) if each.name == "drop-statement@10:4"]
    original = ORIGINALS["humaneval"](path)["HumanEval/38"](mutant.source)
    (found,) = compare([Item(task, mutant, mutant.source, original)], sandbox, workers=1)
    assert (found.verdict, found.plain.said, explain(found, sandbox)) == ("wrong", "passed", "helpers")


def test_an_answer_without_one_verdict_is_an_explanation(sandbox: Sandbox) -> None:
    chance = item("def f(x):\n    return 1 if hash('a') % 2 else 2")
    here = run_plain(chance.program, time_s=5, memory_mib=512)
    found = Compared(chance, "wrong" if here.passed else "solved", "", here)
    assert explain(found, sandbox) == "unstable"


def test_a_stop_near_the_limit_is_an_explanation(sandbox: Sandbox) -> None:
    found = Compared(item("def f(x):\n    return x"), "timeout", "stopped", Plain("passed"))  # as on a busy machine
    assert explain(found, sandbox) == "time"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("pass", "passed"),
        ("print('noise')", "passed"),
        ("raise ValueError('x')", "ValueError: x"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("import os; os._exit(0)", "died (0)"),
        ("x = [0] * 10**9", "MemoryError: "),
        ("while True: pass", "timeout"),
    ],
)
def test_plain_exec_ends_every_program_and_says_how(program: str, said: str) -> None:
    assert run_plain(program, time_s=1.0, memory_mib=512).said == said
