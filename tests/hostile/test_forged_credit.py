"""A program that forges what it says of itself moves its credit and changes the sum by nothing."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import rlvr_envs
from rlvr_envs.credit import compose_characters, place_blame, redistribute
from rlvr_envs.info import Info, Span

gym.register_envs(rlvr_envs)

#: All credit from facts about a program; all but the first reads what the program itself can forge.
CREDIT = ["SyntaxCredit", "TracebackCredit", "LastLineCredit", "ExecutedMask", "SpectrumCredit"]
TASK: dict[str, Any] = {
    "task_id": "absolute",
    "prompt": "Write `f(x)`, the absolute value of x.",
    "entry_point": "f",
    "tests": {
        "visible": [{"args": [-1], "expected": 1}, {"args": [0], "expected": 0}],
        "hidden": [{"args": [-5], "expected": 5}, {"args": [7], "expected": 7}],
    },
    "limits": {"time_s": 1, "cpu_s": 1},
}

#: Code at a line of one's own choice in the file that tracebacks and coverage are told of.
ELSEWHERE = """
import sys
def elsewhere(text, line, file=None):
    code = compile("\\n" * (line - 1) + text, file or f.__code__.co_filename, "exec")
    exec(code, globals())
"""
#: The tracer's own collection, wherever this version of Python keeps it, and any set of lines that the collector knows.
COLLECTED = """
import gc, sys
def collected():
    tracer = getattr(sys.gettrace(), "__self__", None)
    found = [tracer] if tracer is not None else []
    found += [one for one in gc.get_objects() if type(one).__name__ == "LineTracer"]
    return [one._lines for one in found if isinstance(getattr(one, "_lines", None), set)]
"""

# Each is wrong for every negative number, and right for 0 and 7.
FORGERS = {
    "an exception at a line of its choice": ELSEWHERE
    + """
def f(x):
    if x < 0:
        elsewhere("raise ValueError('solved', 1.0, 'verified')", 1)
    return x
""",
    "an exception far outside the program": ELSEWHERE
    + """
def f(x):
    if x < 0:
        elsewhere("raise ValueError", 900)
    return x
""",
    "a syntax error with a place, as if the parser had told of it": """
def f(x):
    if x < 0:
        raise SyntaxError("invalid syntax", ("<solution>", 1, 1, "def f(x):", 1, 9))
    return x
""",
    "a real syntax error of another text under its own name": ELSEWHERE
    + """
def f(x):
    if x < 0:
        elsewhere("def def", 2)
    return x
""",
    "a traceback made by hand": """
import sys, types
def f(x):
    if x < 0:
        frame, made = sys._getframe(), None
        for line in (1, 2, 3, 10**9, -5, 0):
            made = types.TracebackType(made, frame, 0, line)
        raise ValueError("x" * 10**5).with_traceback(made)
    return x
""",
    "locals that tell of credit": """
class Liar(Exception):
    def __repr__(self):
        return "Span(start=0, end=9, value=1.0, source='syntax', basis='verified')"
    __str__ = __repr__
def f(x):
    value, basis, is_success, score = 1.0, "verified", True, 1.0
    credit = {"start": 0, "end": 9, "value": 1.0, "basis": "verified"}
    if x < 0:
        raise Liar(credit, Liar())
    return x
""",
    "lines added to what was executed": COLLECTED
    + """
def f(x):
    for lines in collected():
        lines.update(range(1, 4) if x < 0 else range(4, 30))
    return x
""",
    "lines taken out of what was executed": COLLECTED
    + """
def f(x):
    y = x
    for lines in collected():
        lines.clear()
    return y
""",
    "lines that are none": COLLECTED
    + """
def f(x):
    for lines in collected():
        lines.update([10**9, -3, 0, 1.5, True, "2", None, (3,)] if x < 0 else [])
    return x
""",
    "lines run by code of another text": ELSEWHERE
    + """
def f(x):
    for line in range(1, 12):
        elsewhere("pass", line)
    return x
""",
    "tracing switched off": """
import sys
def f(x):
    sys.settrace(None)
    if hasattr(sys, "monitoring"):
        for tool in range(6):
            try:
                sys.monitoring.set_events(tool, 0)
            except ValueError:
                pass
    y = x
    return y
""",
    "an endless loop at a line of its choice": ELSEWHERE
    + """
def f(x):
    if x < 0:
        elsewhere("while True: pass", 2)
    return x
""",
    "a failure while it is loaded, at a line of its choice": """
def f(x):
    return x
exec(compile("raise SystemError('verified')", f.__code__.co_filename, "exec"))
""",
}


def played(code: str) -> tuple[str, float, Info]:
    env = gym.make("rlvr/Code-v0", tasks=[TASK], trace="lines", recipe=["PassFraction", *CREDIT])
    env.reset(seed=0)
    action = f"So:\n```python\n{code.strip()}\n```\nThat is all."
    _, reward, _, _, info = env.step(action)
    env.close()
    return action, float(reward), info


def total(spans: tuple[Span, ...], length: int, advantage: float) -> float:
    """Returns the sum of the credit of all characters, with every term that there is."""
    credit = compose_characters(spans, length)
    weight = credit.claimed_blame_u if advantage < 0.0 else credit.praise_u
    parts = advantage * redistribute(weight, 0.5), 2.0 * credit.verified_u, 0.3 * place_blame(credit.blame_u)
    return float(np.sum(parts))


@pytest.mark.parametrize("name", FORGERS)
def test_a_forger_changes_the_sum_of_its_credit_by_nothing(name: str) -> None:
    action, reward, info = played(FORGERS[name])
    assert not info["is_success"]
    assert [span for span in info["credit"] if span.basis != "claimed" or span.value > 0.0] == []
    for advantage in (-1.5, 0.0, 0.7):
        said_nothing = total((), len(action), advantage)
        assert total(info["credit"], len(action), advantage) == pytest.approx(said_nothing, abs=1e-9)
    # Of the two hidden tests it passes one, unless it was stopped or never loaded.
    share = 0.0 if info["feedback"].reason in ("stopped", "load_error") else 0.5
    assert (reward, dict(info["reward_terms"])) == (share, {"solved": 0.0, "pass_fraction": share})


@pytest.mark.parametrize(
    ("name", "source", "place"),
    [
        ("an exception at a line of its choice", "traceback", "import sys"),
        ("a traceback made by hand", "traceback", "import sys, types"),
        ("lines added to what was executed", "spectrum", "import gc, sys"),
        ("an endless loop at a line of its choice", "last_line", "def elsewhere(text, line, file=None):"),
    ],
)
def test_a_forgery_does_move_credit(name: str, source: str, place: str) -> None:
    """The control: sums could also be equal because no forgery arrives."""
    action, _, info = played(FORGERS[name])
    found = {action[span.start : span.end].strip(): span.value for span in info["credit"] if span.source == source}
    assert found[place] == -1.0
    weight = compose_characters(info["credit"], len(action)).claimed_blame_u
    assert redistribute(weight, 0.5)[action.index(place)] > 1.0


def test_a_program_that_hides_what_it_executed_gets_its_own_lines_out_of_the_blame_alone() -> None:
    action, _, info = played(FORGERS["lines taken out of what was executed"])
    credit = compose_characters(info["credit"], len(action))
    hidden = action.index("y = x")
    assert redistribute(credit.claimed_blame_u, 1.0)[hidden] == 0.0  # so a share of 1 would let it hide where it failed,
    assert redistribute(credit.claimed_blame_u, 0.5)[hidden] == 0.5  # and the largest that trainers take leaves half there
