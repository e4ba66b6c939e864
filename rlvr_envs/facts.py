"""Facts that an environment may state beyond what every one does; a wrapper names those that it needs.

``TextEnv.facts`` says which ones an environment gives as it was made.  A closed list: a fact has one meaning in all environments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import gymnasium as gym


class Fact(str, Enum):
    """What can be known about an action; the value is where it stands."""

    CASES = "feedback.cases"  # visible cases with both values
    CODE = "feedback.code_span"  # the program's place in the action
    SYNTAX = "feedback.exception"  # syntax errors, placed on the trusted side
    TRACEBACKS = "feedback.cases[].exception"  # exceptions with frames in the action (claimed)
    LINES = "feedback.cases[].lines"  # executed lines (claimed)
    STOPS = "feedback.cases[].stopped_at"  # where a program was when its time was up (claimed)
    RESOURCES = "feedback.resources"  # time and memory, measured outside the program
    EVIDENCE = "env.evidence"  # verdict and executed lines of each hidden case, for the trusted side
    REJUDGE = "env.judge()"  # what other answers would get in the same state
    STATES = "env.get_state()"  # an episode can be saved and continued
    REFERENCE = "env.task.reference"  # an answer known to be right, for the trusted side
    TURNS = "more than one turn"
    TOOL_CALLS = "feedback.tool_calls"  # calls of tools with their results
    STEPS = "feedback.steps"  # checked steps of a derivation
    CONSTRAINTS = "feedback.constraints"  # checked constraints of an instruction, with their places


#: How a fact can be had where an environment knows it but does not state it as it was made.
REMEDIES: Final[Mapping[Fact, str]] = {
    Fact.LINES: 'make it with trace="lines"',
    Fact.TURNS: "make it with max_turns=2 or more",
    Fact.REFERENCE: "give its tasks a reference",
}


@dataclass(frozen=True)
class HiddenCase:
    """One hidden test of the last action: its verdict, and the lines of the program that it executed (claimed)."""

    verdict: str
    lines: tuple[int, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the case counts as passed."""
        return self.verdict == "solved"


def facts_of(env: gym.Env[Any, Any]) -> frozenset[Fact]:
    """Returns what the environment below all wrappers states; nothing where it declares no facts."""
    return frozenset(getattr(env.unwrapped, "facts", ()))


def check_facts(owner: str, needs: Iterable[Fact], env: gym.Env[Any, Any]) -> None:
    """Refuses an environment that does not state what ``owner`` needs.

    Raises:
        ValueError: A fact is missing; the text names it, the environment and what would help.
    """
    given = facts_of(env)
    for fact in needs:
        if fact not in given:
            base = env.unwrapped
            name = base.spec.id if base.spec is not None else type(base).__name__
            remedy = REMEDIES.get(fact, f"leave {owner} out, or use an environment that states it")
            raise ValueError(f"{owner} needs {fact.value}, and {name} as it was made does not state it; {remedy}")
