"""What no test executed carries no weight in a failure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rlvr_envs.credit import compose_characters, redistribute
from rlvr_envs.episode import Outcome
from rlvr_envs.facts import HiddenCase
from rlvr_envs.info import CaseResult, Feedback
from rlvr_envs.wrappers import ExecutedMask
from rlvr_envs.wrappers.base import MAX_SPANS
from rlvr_envs.wrappers.credit.statements import statements_of
from tests.wrappers.credit.coded import judged
from tests.wrappers.credit.scripted import Scripted, step

DEAD_BRANCH = '''import math
LIMIT: int = 3
def f(x):
    """Doc."""
    if False:
        y = 1
        return (y,
                x)
    elif x > 1000:  # remark
        return f(
            1)
    else:
        pass
    return x
def helper(x):
    return x'''


def dead_text(action: str, info: Any) -> list[str]:
    """Returns the parts without weight."""
    found = compose_characters(info["credit"], len(action))
    parts, edges = [], np.flatnonzero(np.diff(np.concatenate([[0], (~found.covered_u).astype(int), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        parts.append(action[start:end])
    return parts


def test_exactly_the_statements_that_never_ran_lose_their_weight() -> None:
    action, info = judged(DEAD_BRANCH, "ExecutedMask", trace="lines")
    assert dead_text(action, info) == [
        "y = 1\n        return (y,\n                x)",
        "return f(\n            1)",
        "return x",
    ]
    weight = redistribute(compose_characters(info["credit"], len(action)).claimed_blame_u, 1.0)
    assert weight[action.index("y = 1")] == 0.0
    assert weight.mean() == pytest.approx(1.0)
    assert {span.basis for span in info["credit"]} == {"claimed"}


def test_of_a_program_with_input_the_module_itself_can_be_dead() -> None:
    task = {
        "task_id": "upper",
        "prompt": "Print it in capitals.",
        "entry_point": None,
        "tests": {"visible": [{"stdin": "a\n", "stdout": "A\n"}], "hidden": [{"stdin": "b\n", "stdout": "B\n"}]},
    }
    code = "text = input()\nif text == 'a':\n    print('A')\nelif text == 'z':\n    print('Z')\nelse:\n    print(text)"
    action, info = judged(code, "ExecutedMask", task=task, trace="lines")
    assert dead_text(action, info) == ["print('Z')"]


def test_nothing_dead_nothing_said() -> None:
    assert judged("def f(x):\n    return x", "ExecutedMask", trace="lines")[1]["credit"] == ()


def test_a_solved_answer_keeps_all_its_weight() -> None:
    code = "def f(x):\n    if x > 99:\n        return 'dead'\n    return abs(x)"
    assert judged(code, "ExecutedMask", trace="lines")[1]["credit"] == ()


def test_an_answer_whose_run_was_stopped_says_nothing() -> None:
    code = "def f(x):\n    if x < 0:\n        while True:\n            pass\n    elif x > 99:\n        return 9\n    return x"
    info = judged(code, "ExecutedMask", trace="lines")[1]
    assert (info["verdict"], info["credit"]) == ("timeout", ())


def said(feedback: Feedback, evidence: tuple[HiddenCase, ...] = ()) -> Any:
    return step(ExecutedMask(Scripted(Outcome(feedback, evidence=evidence))), "def f(x):\n    if x:\n        x()\n    x")[
        "credit"
    ]


def test_missing_lines_are_not_taken_for_dead_ones() -> None:
    cases, span = (CaseResult("v0", "wrong", lines=(2, 4)),), (0, 37)
    assert len(said(Feedback("wrong", cases=cases, visible_total=1, code_span=span))) == 2
    assert said(Feedback("wrong", cases=cases, visible_total=2, code_span=span)) == ()  # of one case nothing was told
    assert said(Feedback("wrong", cases=cases, visible_total=1, code_span=span, truncated=("lines",))) == ()
    assert said(Feedback("wrong", code_span=span), (HiddenCase("wrong"),)) == ()
    assert said(Feedback("wrong", cases=cases, visible_total=1, code_span=span), (HiddenCase("wrong", (2, 3)),)) == ()
    assert (
        said(Feedback("wrong", cases=cases, visible_total=1, code_span=span), (HiddenCase("wrong", tuple(range(9, 2009))),)) == ()
    )
    assert said(Feedback("wrong", cases=cases, visible_total=1)) == ()  # no program


def test_all_that_is_alive_keeps_its_weight_however_much_is_dead() -> None:
    code = "def f(x):\n" + "".join(f"    if x:\n        d = '{'a' * (i % 3)}'\n" for i in range(100))
    cases = (CaseResult("v0", "wrong", lines=tuple(range(2, 202, 2))),)
    outcome = Outcome(Feedback("wrong", cases=cases, visible_total=1, code_span=(0, len(code))))
    found = step(ExecutedMask(Scripted(outcome)), code)["credit"]
    assert len(found) == MAX_SPANS
    weight = compose_characters(found, len(code)).claimed_blame_u
    dead = np.array([line.startswith("        d") for line in code.splitlines(keepends=True) for _ in line])
    assert (weight[~dead] == 1.0).all()
    assert (weight == 0.0).any()


def test_statements_are_found_with_their_headers_and_loops() -> None:
    code = "@a\ndef f(\n  x,\n):\n  '''Doc.'''\n  for i in x:\n    while i: i = 0\n"
    code += "  try:\n    pass\n  except E:\n    y: int\n  match x:\n    case 1:\n      z = 1"
    found = [(one.first, one.header, one.last, one.function, one.loop) for one in statements_of(code)]
    assert found == [
        (1, 4, 14, False, 0),
        (6, 6, 7, True, 6),
        (7, 7, 7, True, 7),
        (7, 7, 7, True, 7),
        (8, 8, 11, True, 0),
        (9, 9, 9, True, 0),
        (12, 12, 14, True, 0),
        (14, 14, 14, True, 0),
    ]


@pytest.mark.parametrize("source", ["def f(:", "\0", "(" * 5000, "x = 1\n" * 60_000])
def test_what_is_no_program_has_no_statements(source: str) -> None:
    assert statements_of(source) == ()
