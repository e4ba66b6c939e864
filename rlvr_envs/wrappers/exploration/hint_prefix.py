"""HintPrefix: begin the answer with a part of a right one, less of it as the task is solved more often without."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any, Final

import gymnasium as gym

from rlvr_envs._naming import unknown
from rlvr_envs._numbers import check_share
from rlvr_envs.facts import Fact
from rlvr_envs.info import Info, add_prefill
from rlvr_envs.parsing.syntax import MAX_SOURCE_CHARS, parse_python
from rlvr_envs.wrappers.base import Shaping
from rlvr_envs.wrappers.exploration.pass_rates import PassRates
from rlvr_envs.wrappers.exploration.shared import Stream, shared

_CUTS: Final = ("statement", "conditional")
#: What Python takes for the end of a line; ``str.splitlines`` knows more.
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


class HintPrefix(Shaping):
    """Gives a share of the task's reference as ``info["prefill"]`` of some episodes.

    With ``p`` the measured rate at which the task is solved without a hint, an episode gets a hint with probability ``rate``, of
    the share ``most * max(0, 1 - p / target)`` of the reference's cut points, rounded down: none once ``p >= target``.  So hints
    shrink as their task is learnt, as in R3 (arXiv 2402.05808) and in StepCoder's curriculum (CCCS, arXiv 2402.01391), which cuts
    at conditionals (``cut="conditional"``) and moves the cut back; there the schedule is by training stage, here by the rate.
    The last cut point leaves at least one statement to write, so the whole reference is never given.

    Reads the reference (trusted side) and ``is_success``; writes ``prefill`` and ``state_key`` of ``reset``.  Whoever plays puts
    the prefill before the model's text: the action is both, and credit on the prefill is nobody's.  Only the first turn is
    hinted.  ``info["prefill"]`` of ``reset`` tells hinted episodes apart; the rate is measured on the others alone, from hidden
    tests.  A task without a reference, or whose reference is no Python, gets no hint.
    State: the rates, over episodes; ``pool`` shares them by name.  Place it inside of ``AdaptiveDifficulty``.
    Optimum: training sees other start states than the task has, so it is biased towards them until the hints are gone; within a
    hinted episode the gradient is that of the success rate given the hint.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import HintPrefix
    >>> env = HintPrefix(gym.make("rlvr/Code-v0", tasks="generated:plus"), rate=1.0)
    >>> env.reset(seed=0)[1]["prefill"].startswith("```python")
    True
    """

    kind = "exploration"
    needs = (Fact.REFERENCE,)
    effect = "biased"

    def __init__(
        self,
        env: gym.Env[str, str],
        *,
        rate: float = 0.5,
        most: float = 1.0,
        target: float = 0.5,
        cut: str = "statement",
        opening: str = "```python\n",
        decay: float = 1.0,
        pool: str | None = None,
    ) -> None:
        r"""Wraps ``env``.

        Args:
            env: The environment.
            rate: In (0, 1]: the share of episodes that get a hint; with 1 nothing is measured, and hints never shrink.
            most: In (0, 1]: the share of the reference given while the task is never solved.
            target: In (0, 1]: the rate of success from which on there is no hint.
            cut: ``"statement"``: before any statement; ``"conditional"``: before an ``if``, ``for``, ``while``, ``try`` or
                ``match``, or before the first statement of its branches.
            opening: Text before the reference, such as the opening of a block of code.
            decay: In (0, 1]: how much of what was measured is kept at each further episode of a task.
            pool: Name under which environments of one process measure together; None measures alone.

        Raises:
            ValueError: A value is outside its range, or ``AdaptiveDifficulty`` is below.
        """
        for name, value in (("rate", rate), ("most", most), ("target", target), ("decay", decay)):
            check_share(name, value)
        if cut not in _CUTS:
            raise ValueError(unknown("cut", cut, _CUTS))
        if not isinstance(opening, str):
            raise ValueError(f"opening must be text, got {opening!r}")
        _check_below(env)
        options: dict[str, Any] = {"rate": rate, "most": most, "target": target, "cut": cut, "opening": opening}
        super().__init__(env, **options, decay=decay, pool=pool)
        self._rate, self._most, self._target, self._decay = rate, most, target, decay
        self._cut, self._opening = cut, opening
        self.rates = shared(PassRates, pool)
        self._stream = Stream("HintPrefix")
        self._hinted = False
        self._task_id = ""
        self._steps = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode, some of them with a hint."""
        observation, info = self.env.reset(seed=seed, options=options)
        self._task_id, self._steps = info["task_id"], 0
        wanted = self._stream.begin(seed, self.env).random() < self._rate
        hint = self._hint() if wanted and info["turn"] == 0 else ""
        self._hinted = bool(hint)
        return observation, add_prefill(info, hint) if hint else info

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Steps, and measures an episode that had no hint when it ends."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._steps += 1
        # An episode that began in its middle is no measure of the task either.
        whole = info["turn"] == self._steps and not self._hinted
        if (terminated or truncated) and whole and info["trainable"]:
            self.rates.add(self._task_id, bool(info["is_success"]), decay=self._decay)
        return observation, float(reward), terminated, truncated, info

    def share(self, task_id: str) -> float:
        """Returns the share of the reference that a hint for a task has now."""
        return self._most * max(0.0, 1.0 - self.rates.rate(task_id) / self._target)

    def get_progress(self) -> dict[str, Any]:
        """Returns the rates and the stream of chance as JSON data."""
        return {"rates": self.rates.to_plain(), "random": self._stream.to_plain()}

    def set_progress(self, progress: Mapping[str, Any]) -> None:
        """Goes on from what :meth:`get_progress` returned."""
        self.rates.load(progress["rates"])
        self._stream.load(progress["random"])

    def _hint(self) -> str:
        base: Any = self.env.unwrapped
        reference = getattr(base.task, "reference", None)
        share = self.share(self._task_id)
        if reference is None or share == 0.0:
            return ""
        points = cut_points(reference, self._cut)
        count = int(share * len(points))
        return self._opening + reference[: points[count - 1]] if count else ""


def cut_points(program: str, cut: str) -> list[int]:
    """Returns where a program may be cut, in characters and ascending; none where it is no Python.

    A point is the beginning of a line with which a statement begins that may be written next; the beginning of the program is
    none, and what follows a docstring or header is one.
    """
    if len(program) > MAX_SOURCE_CHARS:
        return []
    try:
        tree = parse_python(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    starts = [0, *(end.end() for end in _LINE_END.finditer(program))]
    nodes = list(ast.walk(tree))
    if cut == "statement":
        chosen = [node for node in nodes if isinstance(node, ast.stmt)]
    else:
        turning = [node for node in nodes if isinstance(node, ast.stmt) and _turns(node)]
        chosen = [*turning, *(body[0] for node in turning for body in _branches(node))]
    places = [starts[line - 1] for line, column in map(_begin, chosen) if _is_margin(program, starts[line - 1], column)]
    return sorted({place for place in places if place > 0})


def _begin(node: ast.stmt) -> tuple[int, int]:
    """Returns the line, and column in bytes, of a statement or of its first decorator."""
    first: list[Any] = [node, *getattr(node, "decorator_list", [])]
    return min((one.lineno, one.col_offset) for one in first)


def _is_margin(program: str, start: int, column: int) -> bool:
    """Whether nothing but white space, and the mark of a decorator, stands before a column of the line from ``start``."""
    return program[start : start + column].strip() in ("", "@")


def _turns(node: ast.AST) -> bool:
    return isinstance(node, (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match)) or type(node).__name__ == "TryStar"


def _branches(node: ast.AST) -> list[list[ast.stmt]]:
    owners = [node, *getattr(node, "handlers", []), *getattr(node, "cases", [])]
    bodies = [getattr(owner, name, []) for owner in owners for name in ("body", "orelse", "finalbody")]
    return [body for body in bodies if body]


def _check_below(env: gym.Env[Any, Any]) -> None:
    while isinstance(env, gym.Wrapper):
        if type(env).__name__ == "AdaptiveDifficulty":
            raise ValueError("HintPrefix must be inside of AdaptiveDifficulty, which would count hinted episodes; name it first")
        env = env.env
