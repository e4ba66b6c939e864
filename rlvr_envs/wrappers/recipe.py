"""Recipes: a stack of wrappers as data, so that trainers, benchmarks and configuration files share it.

A recipe is written as a list, innermost wrapper first, of names (``"PassFraction"``), pairs
(``("LengthPenalty", {"rate": 1e-4})``) or mappings (``{"name": "LengthPenalty", "rate": 1e-4}``); as the name of a preset
(``"dense"``); or as the path of a YAML or JSON file that holds such a list.  A name with a colon is an entry point
(``"my.module:MyWrapper"``), so other people's wrappers need no registration.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import gymnasium as gym

from rlvr_envs._naming import check_option_names, unknown
from rlvr_envs.errors import MissingExtra
from rlvr_envs.facts import check_facts
from rlvr_envs.info import Info
from rlvr_envs.wrappers.group import Evidence, GroupShaping
from rlvr_envs.wrappers.presets import PRESETS
from rlvr_envs.wrappers.registry import entry_point_of, wrapper_class

_FILES = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Step:
    """One wrapper of a recipe: its name or entry point, and its options as JSON text (so that a step can be hashed)."""

    name: str
    options_json: str = "{}"

    @property
    def options(self) -> dict[str, Any]:
        """The options."""
        return cast("dict[str, Any]", json.loads(self.options_json))

    def __str__(self) -> str:
        """Returns the step as a call."""
        return f"{self.name}({', '.join(f'{name}={value!r}' for name, value in self.options.items())})"


@dataclass(frozen=True)
class Recipe:
    """A checked stack of wrappers, innermost first; immutable, hashable, printable.  Made by :func:`parse_recipe`."""

    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        """Returns a line a step, innermost first; ``"(no wrapper)"`` for an empty recipe."""
        return "\n".join(map(str, self.steps)) or "(no wrapper)"

    def __len__(self) -> int:
        """Returns the number of steps."""
        return len(self.steps)

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that are the same for the same steps in every process."""
        return hashlib.sha256(json.dumps(self.to_plain(), sort_keys=True).encode()).hexdigest()[:16]

    def to_plain(self) -> list[dict[str, Any]]:
        """Returns the recipe as JSON data, which :func:`parse_recipe` reads."""
        return [{"name": step.name, **step.options} for step in self.steps]

    def wrap(self, env: gym.Env[str, str]) -> gym.Env[str, str]:
        """Returns ``env`` inside the wrappers, the first one innermost.

        Shapers of groups are checked alone; they act in :meth:`shape_group`.

        Raises:
            ValueError: A wrapper refuses its options or the environment; the text names wrapper and option, or the missing fact.
        """
        for step in self.steps:
            wrapper = _checked_class(step)
            if issubclass(wrapper, GroupShaping):
                check_facts(step.name, wrapper.needs, env)
                wrapper(**step.options)  # refuses its options now, not when the first group is complete
            else:
                env = wrapper(env, **step.options)
        return env

    @property
    def shapes_groups(self) -> bool:
        """Whether a step looks at all answers to one task together."""
        return any(issubclass(wrapper_class(step.name), GroupShaping) for step in self.steps)

    def shape_group(
        self, actions: Sequence[str], infos: Sequence[Info], evidence: Sequence[Evidence] | None = None
    ) -> list[Info]:
        """Returns the infos of a group of answers to one task as its shapers of groups leave them, in the order of the recipe.

        The reward of an answer is then ``info["reward_terms"].total``, its credit ``info["credit"]``.  This is all that another
        RL library needs; a reward function of groups is::

            def group_credit(actions, infos, evidence=None):
                shaped = recipe.shape_group(actions, infos, evidence)
                return [info["reward_terms"].total for info in shaped], [info["credit"] for info in shaped]

        Args:
            actions: ``[G]`` answers to one task, the last of each episode.
            infos: ``[G]`` what their steps returned.
            evidence: ``[G]`` what ``env.unwrapped.evidence`` held after each step, where a shaper needs it.

        Raises:
            ValueError: The answers are to more than one task, numbers differ, or evidence is missing.
        """
        shaped = list(infos)
        for step in self.steps:
            wrapper = _checked_class(step)
            if issubclass(wrapper, GroupShaping):
                shaped = wrapper(**step.options).shape(actions, shaped, evidence)
        return shaped


#: Whatever :func:`parse_recipe` takes.
RecipeLike = Recipe | str | Path | Sequence[Any]


def parse_recipe(recipe: RecipeLike, *, name: str = "recipe") -> Recipe:
    """Returns a recipe, all its names checked.

    Args:
        recipe: A recipe, the name of a preset, the path of a file, or a list of steps.
        name: What to call it where an error names one of its steps.

    Raises:
        ValueError: An unknown name or a step of another form; the text names the step and what is close to it.
        OSError: The file cannot be read.
        MissingExtra: The file is YAML and pyyaml is not installed.
    """
    if isinstance(recipe, Recipe):
        return recipe
    if isinstance(recipe, Path) or (isinstance(recipe, str) and recipe.endswith(_FILES)):
        return parse_recipe(_read(Path(recipe)), name=str(recipe))
    if isinstance(recipe, str):
        if recipe not in PRESETS:
            hint = f" A wrapper alone is [{recipe!r}]."
            raise ValueError(f"{name}: {unknown('preset', recipe, PRESETS)}, or the path of a .yaml or .json file.{hint}")
        return parse_recipe(PRESETS[recipe], name=recipe)
    steps: object = recipe
    if not isinstance(steps, Iterable) or isinstance(steps, (Mapping, bytes)):
        raise ValueError(f"a recipe must be a list of wrappers, the name of a preset or the path of a file, got {recipe!r}")
    return Recipe(tuple(_parse_step(step, f"{name}[{index}]") for index, step in enumerate(steps)))


def _read(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        found = json.loads(text)
    else:
        try:
            import yaml
        except ImportError as error:
            raise MissingExtra("yaml", "cli") from error
        try:
            found = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ValueError(f"{path}: must be YAML: {error}") from error
    if not isinstance(found, list):
        raise ValueError(f"{path}: must hold a list of wrappers, got {type(found).__name__}")
    return found


def _parse_step(step: Any, place: str) -> Step:
    name: Any
    options: Any
    if isinstance(step, Step):
        name, options = step.name, step.options
    elif isinstance(step, str):
        name, options = step, {}
    elif isinstance(step, Mapping):
        options = dict(step)
        name = options.pop("name", None)
    elif isinstance(step, (tuple, list)) and len(step) == 2:
        name, options = step
    else:
        raise ValueError(f"{place} must be a name, (name, options) or a mapping with 'name', got {step!r}")
    if not isinstance(name, str) or not isinstance(options, Mapping):
        raise ValueError(f"{place} must have a str name and a mapping of options, got {step!r}")
    entry_point_of(name)
    try:
        return Step(name, json.dumps(dict(options), default=os.fspath))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{place} must have options of JSON data, got {options!r}: {error}") from error


def _checked_class(step: Step) -> Any:
    """Returns the class of a step whose options have names that it knows."""
    wrapper = wrapper_class(step.name)
    skip = 1 if issubclass(wrapper, GroupShaping) else 2
    if inspect.isfunction(wrapper.__init__):
        check_option_names(f"wrapper {step.name!r}", wrapper.__init__, step.options, skip=skip, complete=True)
    elif step.options:
        raise ValueError(f"wrapper {step.name!r} has no option {next(iter(step.options))!r}. It has no options")
    return wrapper
