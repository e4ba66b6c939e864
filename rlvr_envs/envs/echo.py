"""Echo: repeat a word.  The smallest complete environment: copy this file to begin one of your own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rlvr_envs._records import from_plain, to_plain
from rlvr_envs.core import TextEnv
from rlvr_envs.episode import Episode, Outcome
from rlvr_envs.info import CaseResult, Feedback, Verdict


@dataclass(frozen=True)
class EchoTask:
    """A word to repeat; its id holds all there is to know."""

    task_id: str
    word: str


class EchoEnv(TextEnv[EchoTask]):
    """Repeat the word in the prompt.

    Prompt: ``Repeat this word: abc``.  Action: any text; surrounding white space is ignored.
    Reward: 1.0 if the text is the word, else 0.0.
    Termination: solved, or the only turn is taken.  Truncation: all of several turns are used up.
    Info: the common keys; ``score`` is the share of leading characters that are right; one visible case with both texts.

    Version history: v0, first release.
    """

    def __init__(
        self, *, length: int = 3, alphabet: str = "abcdefgh", max_turns: int = 1, render_mode: str | None = None
    ) -> None:
        """Makes the environment.

        Args:
            length: Characters in a word.
            alphabet: Characters that words are drawn from.
            max_turns: Tries that the model has; after a wrong one it reads where its text differs.
            render_mode: None or ``"ansi"``.

        Raises:
            ValueError: ``length`` is no number of at least 1, or ``alphabet`` no text or empty.
        """
        if type(length) is not int or length < 1:
            raise ValueError(f"length must be an int of at least 1, got {length!r}")
        if type(alphabet) is not str or not alphabet:
            raise ValueError(f"alphabet must be text that is not empty, got {alphabet!r}")
        super().__init__(max_turns=max_turns, render_mode=render_mode)
        self._length, self._alphabet = length, alphabet

    def _draw_task(self, rng: np.random.Generator, task_id: str | None) -> EchoTask:
        word = task_id or "".join(self._alphabet[i] for i in rng.integers(len(self._alphabet), size=self._length))
        return EchoTask(task_id=word, word=word)

    def _prompt(self, task: EchoTask) -> str:
        return f"Repeat this word: {task.word}"

    def _judge(self, items: Sequence[tuple[Episode[EchoTask], str]]) -> list[Outcome]:
        return [self._judge_one(episode.task.word, action.strip()) for episode, action in items]

    def _judge_one(self, word: str, text: str) -> Outcome:
        right = next((i for i, (a, b) in enumerate(zip(word, text, strict=False)) if a != b), min(len(word), len(text)))
        verdict = Verdict.SOLVED if text == word else Verdict.WRONG
        difference = "" if text == word else f"character {right + 1} differs"
        case = CaseResult("word", verdict.value, call="your text", left=text[:200], right=word, difference=difference)
        feedback = Feedback(
            verdict=verdict.value,
            reason=difference,
            cases=(case,),
            visible_passed=int(text == word),
            visible_total=1,
            judge_key=f"echo-1:{word}",
        )
        return Outcome(feedback, score=right / max(len(word), len(text)), observation=difference or "Right.")

    def _task_to_plain(self, task: EchoTask) -> Any:
        return to_plain(task)

    def _task_from_plain(self, data: Any) -> EchoTask:
        return from_plain(EchoTask, data)
