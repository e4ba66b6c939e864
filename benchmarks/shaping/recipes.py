"""Which recipes are scored: every preset, every registered wrapper on its own, and a user's own files.

Nothing is listed here by name but options for wrappers that cannot be made without; what is registered later is found.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gymnasium as gym

from rlvr_envs.facts import Fact
from rlvr_envs.wrappers.base import Shaping, Traits
from rlvr_envs.wrappers.group import GroupShaping
from rlvr_envs.wrappers.presets import PRESETS
from rlvr_envs.wrappers.recipe import Recipe, RecipeLike, Step, parse_recipe
from rlvr_envs.wrappers.registry import known_wrappers, wrapper_class

#: Options for wrappers that have no default for all of theirs; one that needs any and has no line here is left out and named.
OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "EfficiencyReward": {"cpu_s": 1.0},
    "FormatReward": {"sections": ["answer"]},
    "LengthPenalty": {"free_chars": 2000, "rate": 1e-4},
    "NoiseCorrection": {"fpr": 0.05, "fnr": 0.1},
    "SoftOverlong": {"max_length": 4000, "buffer": 1000},
}
#: Wrappers that only write files.
_UNSCORED: Final = "recording"


#: Facts that are the program's own word.
_CLAIMED: Final = frozenset({Fact.TRACEBACKS, Fact.LINES, Fact.STOPS})


@dataclass(frozen=True)
class Named:
    """A recipe and what to call it; ``kind`` is ``"preset"``, ``"wrapper"`` (one alone) or ``"own"``.

    ``extra`` are options of the environment beyond those that the recipe needs.
    """

    name: str
    kind: str
    recipe: Recipe
    extra: tuple[tuple[str, Any], ...] = ()

    @property
    def classes(self) -> list[type]:
        """The classes of its steps."""
        return [wrapper_class(step.name) for step in self.recipe.steps]

    @property
    def needs(self) -> frozenset[Fact]:
        """Facts that any of its steps needs."""
        return frozenset(fact for kind in self.classes for fact in getattr(kind, "needs", ()))

    @property
    def gives_credit(self) -> bool:
        """Whether any of its steps adds spans; of wrappers that do not say, it is assumed."""
        return any(not issubclass(kind, Traits) or kind.basis is not None for kind in self.classes)

    @property
    def looks_at_groups(self) -> bool:
        """Whether any of its steps sees all answers to a task together."""
        return any(issubclass(kind, GroupShaping) for kind in self.classes)

    @property
    def source(self) -> str:
        """What its credit rests on: reference, sibling, re-running, claims, what is verified, or none."""
        if not self.gives_credit:
            return "none"
        credit = [kind for kind in self.classes if getattr(kind, "basis", None) is not None]
        needs = {fact for kind in credit for fact in getattr(kind, "needs", ())}
        if Fact.REFERENCE in needs:
            return "reference"
        if any(issubclass(kind, GroupShaping) for kind in credit):
            return "sibling"
        if Fact.REJUDGE in needs:
            return "re-running"
        return "claims" if needs & _CLAIMED or not needs else "what is verified"

    @property
    def options(self) -> dict[str, Any]:
        """Options with which ``rlvr/Code-v0`` states what it needs."""
        found: dict[str, Any] = dict(self.extra)
        if Fact.LINES in self.needs:
            found["trace"] = "lines"
        if Fact.TURNS in self.needs:
            found["max_turns"] = 2
        return found


def discover(own: Iterable[Path] = ()) -> tuple[list[Named], dict[str, str]]:
    """Returns the recipes, presets first, and name and reason of those that cannot be made from what is known here."""
    recipes = [Named(name, "preset", parse_recipe(name)) for name in PRESETS]
    left_out: dict[str, str] = {}
    for name in sorted(known_wrappers()):
        kind = wrapper_class(name)
        if getattr(kind, "kind", "") == _UNSCORED:
            continue
        missing = sorted(_required(kind) - OPTIONS.get(name, {}).keys())
        if missing:
            left_out[name] = f"needs options: {', '.join(missing)}"
        else:
            recipes.append(Named(name, "wrapper", parse_recipe([(name, OPTIONS.get(name, {}))])))
    recipes += [Named(path.stem, "own", parse_recipe(path)) for path in own]
    return recipes, left_out


def reward_part(recipe: Recipe) -> Recipe:
    """Returns the recipe without the steps that give credit alone: they cannot change a reward, and some run many programs."""
    return Recipe(tuple(step for step in recipe.steps if _may_reward(step)))


def with_recipe(recipe: RecipeLike, name: str = "recipe") -> Named:
    """Returns a recipe under a name."""
    return Named(name, "own", parse_recipe(recipe))


def _may_reward(step: Step) -> bool:
    kind: Any = wrapper_class(step.name)
    if issubclass(kind, GroupShaping):
        return kind.group_terms is not GroupShaping.group_terms or kind.shape is not GroupShaping.shape
    if issubclass(kind, Shaping):
        return kind.reward_term is not Shaping.reward_term or kind.step is not Shaping.step
    return True


def _required(kind: type) -> set[str]:
    """Returns the options of a wrapper that have no default."""
    if not inspect.isfunction(kind.__init__):
        return set()
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    named = [one for one in parameters if one.kind in (one.KEYWORD_ONLY, one.POSITIONAL_OR_KEYWORD)]
    env = 1 if issubclass(kind, gym.Wrapper) else 0
    return {one.name for one in named[env:] if one.default is one.empty}
