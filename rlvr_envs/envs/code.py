"""Code: write a program that passes hidden tests, judged in a sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rlvr_envs.core import TextEnv
from rlvr_envs.episode import Episode, Outcome
from rlvr_envs.facts import Fact
from rlvr_envs.info import Feedback
from rlvr_envs.parsing.code import CodeBlock, find_code
from rlvr_envs.rendering import feedback_text, report_text, visible_tests
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.factory import check_options, shared_sandbox
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.difficulty import is_difficulty
from rlvr_envs.tasks.format import task_from_dict, task_to_dict
from rlvr_envs.tasks.sources import Tasks, make_source
from rlvr_envs.verifiers.judging import Judgement, judge_key, judge_many


class CodeEnv(TextEnv[Task]):
    """Write a Python program for a task; hidden tests decide.

    Prompt: the task's text and its visible tests.
    Action: any text.  The program is the last fenced block labelled as Python, else the last one without a label, else the whole
    text if it parses as Python, else there is none and the verdict is ``malformed``.
    Reward: 1.0 when every hidden test passes (every visible one, if there are no hidden tests), else 0.0.
    Termination: solved, or the only turn is taken.  Truncation: all of several turns are used up.  After a failed turn
    the observation is the feedback as text, and the model may try again.
    Info: the common keys.  ``score`` is the share of hidden tests passed; ``feedback`` has each visible case with values,
    first difference, exception, traceback frames of the model's own code with columns, spans in the action and
    locals, stdout and times; of hidden cases only counts; ``audit_score`` is the share of audit tests passed.

    Version history: v0, first release.
    """

    def __init__(
        self,
        *,
        tasks: Tasks = "generated",
        split: str | None = None,
        difficulty: float | None = None,
        max_turns: int = 1,
        backend: str = "auto",
        level: str | None = None,
        packages: Sequence[str] = (),
        trace: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        """Makes the environment; the sandbox is shared by all environments of the process.

        Args:
            tasks: A built-in source (``"generated"``), ``"humaneval:PATH"``, ``"humanevalplus:PATH"``,
                ``"mbpp:PATH"``, a path to JSONL(.gz), a ``TaskSource``, or a list of tasks as dicts (docs/tasks.md).
            split: Part of the source, such as ``"train"`` or ``"test"``; None is its default.
            difficulty: In [0, 1], None for all; sources without difficulties take only None.
            max_turns: Tries that the model has.
            backend: Sandbox backend, ``"auto"`` for the first that reaches the level here.
            level: The least level of isolation, ``"strong"``, ``"weak"`` or ``"none"``; None is ``"strong"`` for ``"auto"``, and
                for a backend by name what it promises.
            packages: Third-party packages of this environment that programs may import, such as ``("numpy",)``.
            trace: ``"lines"``: each visible case tells which lines it executed (``CaseResult.lines``); None: it does not, which
                is faster.
            render_mode: None or ``"ansi"``.

        Raises:
            TaskError: A task breaks the format; the text names file, line, field, rule and value.
            ValueError: An unknown option, source, split, backend or level, or a value outside its range.
            TypeError: ``tasks`` or ``packages`` is of no type that it may have.
            OSError: The file of tasks cannot be read.
            PackageMissing: One of ``packages`` is not installed here.
            SandboxUnavailable: The backend or level cannot be had here; the text says what would help.
        """
        if difficulty is not None and not is_difficulty(difficulty):
            raise ValueError(f"difficulty must be None or in [0, 1], got {difficulty!r}")
        if trace not in (None, "lines"):
            raise ValueError(f"trace must be None or 'lines', got {trace!r}")
        check_options(backend, level, packages)
        super().__init__(max_turns=max_turns, render_mode=render_mode)
        self._source = make_source(tasks, split=split)
        self._difficulty = difficulty
        self._trace_lines = trace == "lines"
        self.sandbox: Sandbox = shared_sandbox(backend, level=level, packages=packages)

    @property
    def facts(self) -> frozenset[Fact]:
        """What this environment states: all about programs; executed lines where they are traced."""
        found = super().facts | {Fact.CASES, Fact.CODE, Fact.SYNTAX, Fact.TRACEBACKS, Fact.STOPS, Fact.RESOURCES}
        found |= {Fact.EVIDENCE, Fact.REFERENCE}
        return found | {Fact.LINES} if self._trace_lines else found

    @property
    def task_ids(self) -> tuple[str, ...] | None:
        """Ids of all tasks of the source, None for an endless one."""
        return self._source.ids()

    def _draw_task(self, rng: np.random.Generator, task_id: str | None) -> Task:
        return self._source.sample(rng, self._difficulty) if task_id is None else self._source.get(task_id, rng)

    def _prompt(self, task: Task) -> str:
        tests = visible_tests(task)
        return f"{task.prompt.rstrip()}\n\n{tests}" if tests else task.prompt

    def _judge(self, items: Sequence[tuple[Episode[Task], str]]) -> list[Outcome]:
        programs = [(episode.task, find_code(action)) for episode, action in items]
        judgements = judge_many(self.sandbox, programs, trace_lines=self._trace_lines)
        return [_outcome(task, block, found) for (task, block), found in zip(programs, judgements, strict=True)]

    def _hurried(self, task: Task, time_s: float) -> Task:
        limits = task.limits
        return replace(task, limits=replace(limits, time_s=min(limits.time_s, time_s), cpu_s=min(limits.cpu_s, time_s)))

    def _render_outcome(self, outcome: Outcome) -> str:
        return report_text(outcome.feedback)

    def _task_to_plain(self, task: Task) -> Any:
        return task_to_dict(task)

    def _task_from_plain(self, data: Any) -> Task:
        return task_from_dict(data)


def _outcome(task: Task, block: CodeBlock | None, judgement: Judgement) -> Outcome:
    feedback = Feedback(
        verdict=judgement.verdict.value,
        reason=judgement.reason,
        cases=judgement.cases,
        visible_passed=judgement.visible_passed,
        visible_total=judgement.visible_total,
        hidden_passed=judgement.hidden_passed,
        hidden_total=judgement.hidden_total,
        exception=judgement.exception,
        code_span=(-1, -1) if block is None else (block.start, block.end),
        stdout=judgement.stdout,
        resources=judgement.resources,
        sandbox=judgement.sandbox,
        judge_key=judge_key(task),
    )
    return Outcome(
        feedback,
        score=judgement.score,
        audit_score=judgement.audit_score,
        observation=feedback_text(feedback),
        evidence=judgement.evidence,
    )
