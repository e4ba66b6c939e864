"""Errors about names: which one is unknown, what was probably meant, and what there is.

The options of environments and wrappers are checked here by name, so that a misspelt one is the same clear error everywhere.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import gymnasium as gym

_NAMED: Final = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
#: Options that a misspelt one of an environment may have been meant for, and what has them.
_OF_GYMNASIUM: Final[Mapping[str, str]] = MappingProxyType(
    {"max_episode_steps": "gym.make", "disable_env_checker": "gym.make", "num_envs": "gym.make_vec", "recipe": "gym.make"}
)
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def nearest(name: object, known: Iterable[str]) -> str:
    """Returns the known name that is spelt most like ``name``, ``""`` where none is near or ``name`` is no text."""
    return next(iter(difflib.get_close_matches(name, tuple(known), n=1)), "") if isinstance(name, str) else ""


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Returns ``"did you mean 'x'?"`` for the nearest known name, ``""`` where none is near."""
    near = nearest(name, known)
    return f"did you mean {near!r}?" if near else ""


def aside(name: object, known: Iterable[str]) -> str:
    """Returns the same in brackets, to go on with after a rule."""
    hint = did_you_mean(name, known)
    return f" ({hint})" if hint else ""


def unknown(kind: str, name: object, known: Collection[str]) -> str:
    """Returns the text of the error that ``name`` is no ``kind``: the nearest one, and all there are."""
    hint = did_you_mean(name, known)
    return f"unknown {kind} {name!r}{'; ' + hint if hint else '.'} Known: {', '.join(known)}"


def check_option_names(
    owner: str,
    make: Callable[..., Any],
    options: Collection[str],
    *,
    skip: int,
    elsewhere: Mapping[str, str] = _NOTHING,
    complete: bool = False,
) -> None:
    """Refuses options that ``make`` does not take; one that has ``**kwargs`` takes all.

    Args:
        owner: What has the options, for the error: the id of an environment, the name of a wrapper.
        make: What is called with them.
        options: Their names.
        skip: Leading arguments of ``make`` that are no options, such as ``self``.
        elsewhere: Options that may have been meant and that something else has, and what has them.
        complete: Whether options without a default must be among ``options``.

    Raises:
        ValueError: An unknown or a missing option; the text names the nearest one and all that there are.
    """
    parameters = list(inspect.signature(make).parameters.values())[skip:]
    known = {each.name: each for each in parameters if each.kind in _NAMED}
    every = f"Options: {', '.join(known)}" if known else "It has no options"
    if not any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters):
        for name in options:
            if name not in known:
                near = nearest(name, (*known, *elsewhere))
                of = f" of {elsewhere[near]}" if near and near not in known else ""
                hint = f"; did you mean {near!r}{of}?" if near else "."
                raise ValueError(f"{owner} has no option {name!r}{hint} {every}")
    for name, each in known.items():
        if complete and name not in options and each.default is inspect.Parameter.empty:
            raise ValueError(f"{owner} needs the option {name!r}. {every}")


def check_environment_options(kind: type[gym.Env[Any, Any]], options: Collection[str], env_id: str = "") -> None:
    """Refuses options that an environment does not take.

    Args:
        kind: Its class.
        options: The names of the options.
        env_id: Its id; by default the one whose entry point is the class.

    Raises:
        ValueError: An unknown option; the text begins with the id (with the name of the class where there is none, or more than
            one).
    """
    places = (kind, f"{kind.__module__}:{kind.__qualname__}")
    ids = [env_id] if env_id else [spec.id for spec in gym.registry.values() if spec.entry_point in places]
    owner = ids[0] if len(ids) == 1 else kind.__name__
    check_option_names(owner, kind.__init__, options, skip=1, elsewhere=_OF_GYMNASIUM)
