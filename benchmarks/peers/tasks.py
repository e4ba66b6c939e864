"""The tasks of the comparison: programs that read stdin, with four tests each, and four kinds of answer to each of them.

Made from a seed alone.  The right answer of a task is the source of the function that computes its expected texts, so that
tasks and answers cannot drift apart.
"""

from __future__ import annotations

import inspect
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

#: Words of input in each of the four tests; the wrong answers go wrong in the last one alone.
TEST_WORDS: Final = (4, 8, 16, 48)
_WORDS_READ_BY_WRONG = 24
KINDS: Final = ("right", "wrong", "raising", "endless")

Solve = Callable[[str], str]


def zigzag(text: str) -> str:
    """Print the sum of the absolute differences of neighbouring integers."""
    numbers = [int(word) for word in text.split()]
    return str(sum(abs(left - right) for left, right in zip(numbers, numbers[1:])))  # noqa: B905, RUF007 - as models write it


def best_run(text: str) -> str:
    """Print the largest sum of neighbouring integers, at least one of them."""
    numbers = [int(word) for word in text.split()]
    best = current = numbers[0]
    for number in numbers[1:]:
        current = max(number, current + number)
        best = max(best, current)
    return str(best)


def smallest_factors(text: str) -> str:
    """Print the smallest divisor above 1 of the absolute value of each integer, one a line; 0 where there is none."""
    lines = []
    for word in text.split():
        number = abs(int(word))
        divisors = (each for each in range(2, number + 1) if number % each == 0)
        lines.append(str(next(divisors, 0)))
    return "\n".join(lines)


def tally(text: str) -> str:
    """Print each different word with its count, most frequent first, then in the order of the alphabet."""
    counts = Counter(text.split())
    return "\n".join(f"{word} {count}" for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def rotated(text: str) -> str:
    """Print the words in one line, the last third first."""
    words = text.split()
    cut = len(words) - len(words) // 3
    return " ".join(words[cut:] + words[:cut])


FAMILIES: Final[tuple[Solve, ...]] = (zigzag, best_run, smallest_factors, tally, rotated)
_PREAMBLE = "import sys\nfrom collections import Counter\n\n\n"


@dataclass(frozen=True)
class PeerTask:
    """One task: its text, four pairs of stdin and stdout, and a program of each kind (:data:`KINDS`)."""

    id: str
    prompt: str
    tests: tuple[tuple[str, str], ...]
    programs: dict[str, str]

    def answer(self, kind: str) -> str:
        """Returns the text that a model would write: a sentence and the program in a fenced block."""
        return f"Here is my program.\n\n```python\n{self.programs[kind]}```\n"

    def to_dict(self) -> dict[str, Any]:
        """Returns the task as JSON data, with its answers."""
        return {**asdict(self), "answers": {kind: self.answer(kind) for kind in KINDS}}


def programs_of(solve: Solve) -> dict[str, str]:
    """Returns a program of each kind for a family.

    ``wrong`` forgets all but the first words of a long input; ``raising`` fails after its work, in every test; ``endless``
    reads its input and never ends.
    """
    function, name = inspect.getsource(solve), solve.__name__
    few = f"' '.join(sys.stdin.read().split()[:{_WORDS_READ_BY_WRONG}])"
    return {
        "right": f"{_PREAMBLE}{function}\n\nprint({name}(sys.stdin.read()))\n",
        "wrong": f"{_PREAMBLE}{function}\n\nprint({name}({few}))\n",
        "raising": f"{_PREAMBLE}{function}\n\nprint({name}(sys.stdin.read())[1_000_000])\n",
        "endless": f"{_PREAMBLE}text = sys.stdin.read()\nwhile True:\n    pass\n",
    }


def make_tasks(count: int, seed: int) -> list[PeerTask]:
    """Returns ``count`` tasks, the families in turn."""
    rng = random.Random(seed)
    tasks = []
    for number in range(count):
        solve = FAMILIES[number % len(FAMILIES)]
        inputs = _draw_inputs(solve, rng)
        tests = tuple((text, solve(text) + "\n") for text in inputs)
        task_id = f"{solve.__name__}-{number}"
        prompt = f"Write a program that reads words from standard input. {inspect.getdoc(solve)}"
        tasks.append(PeerTask(task_id, prompt, tests, programs_of(solve)))
    return tasks


def _draw_inputs(solve: Solve, rng: random.Random) -> list[str]:
    """Returns the inputs of the tests; the last one is drawn until the wrong answer is wrong."""
    while True:
        inputs = [" ".join(str(rng.randint(-99, 99)) for _ in range(words)) + "\n" for words in TEST_WORDS]
        if solve(" ".join(inputs[-1].split()[:_WORDS_READ_BY_WRONG])) != solve(inputs[-1]):
            return inputs


def tasks_as_json(tasks: list[PeerTask]) -> str:
    """Returns tasks as JSON text, as the drivers read them."""
    return json.dumps([task.to_dict() for task in tasks])
