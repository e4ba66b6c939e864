"""Recipes: a stack of wrappers as data, so that trainers, benchmarks and configuration files share it.

A recipe is a list, innermost wrapper first, of names (``"PassFraction"``), pairs (``("LengthPenalty", {"rate": 1e-4})``) or
mappings (``{"name": "LengthPenalty", "rate": 1e-4}``).  A name with a colon is an entry point (``"my.module:MyWrapper"``), so
other people's wrappers need no registration.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

import gymnasium as gym

from rlvr_envs._naming import check_option_names, unknown

Step = str | tuple[str, Mapping[str, Any]] | list[Any] | Mapping[str, Any]
Recipe = Sequence[Step]

#: Name -> entry point of every wrapper of this package; one line a wrapper.
WRAPPERS: Final[Mapping[str, str]] = {
    "LengthPenalty": "rlvr_envs.wrappers.length_penalty:LengthPenalty",
    "PassFraction": "rlvr_envs.wrappers.pass_fraction:PassFraction",
    "RecordEpisodes": "rlvr_envs.wrappers.record_episodes:RecordEpisodes",
    "TracebackCredit": "rlvr_envs.wrappers.traceback_credit:TracebackCredit",
}


def parse_recipe(recipe: Recipe, *, name: str = "recipe") -> list[tuple[str, dict[str, Any]]]:
    """Returns a recipe as pairs of name and options, all names checked.

    Args:
        recipe: The recipe.
        name: What to call it where an error names one of its steps.

    Raises:
        ValueError: An unknown name or a step of another form; the text names the step and what is close to it.
    """
    if not isinstance(recipe, Iterable):
        raise ValueError(f"a recipe must be a list of wrappers, got {recipe!r}")
    if isinstance(recipe, (str, Mapping)):
        raise ValueError(f"a recipe must be a list of wrappers, got {recipe!r}; did you mean [{recipe!r}]?")
    return [_parse_step(step, f"{name}[{index}]") for index, step in enumerate(recipe)]


def apply_recipe(env: gym.Env[str, str], recipe: Recipe) -> gym.Env[str, str]:
    """Returns ``env`` inside the wrappers of the recipe, the first one innermost.

    Raises:
        ValueError: The recipe is not well-formed, or a wrapper refuses its options: the text names wrapper and option.
    """
    for name, options in parse_recipe(recipe):
        wrapper = wrapper_class(name)
        check_option_names(f"wrapper {name!r}", wrapper.__init__, options, skip=2, complete=True)
        env = wrapper(env, **options)
    return env


def wrapper_class(name: str) -> type[gym.Wrapper[str, str, str, str]]:
    """Returns the wrapper of that name or entry point.

    Raises:
        ValueError: There is no such wrapper.
    """
    module, _, attribute = _entry_point(name).partition(":")
    try:
        found: object = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"wrapper {name!r} cannot be loaded: {error}") from error
    if not inspect.isclass(found) or not issubclass(found, gym.Wrapper):
        raise ValueError(f"wrapper {name!r} must name a gymnasium.Wrapper class, got {found!r}")
    return cast("type[gym.Wrapper[str, str, str, str]]", found)


def _entry_point(name: str) -> str:
    if ":" in name:
        return name
    if name not in WRAPPERS:
        raise ValueError(f"{unknown('wrapper', name, WRAPPERS)}, or 'module:Class'")
    return WRAPPERS[name]


def _parse_step(step: Any, place: str) -> tuple[str, dict[str, Any]]:
    name: Any
    options: Any
    if isinstance(step, str):
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
    _entry_point(name)
    return name, cast("dict[str, Any]", dict(options))
