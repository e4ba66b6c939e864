"""The file and the command line of a run, read into its options; each mistake is one error that names the field.

The file is a YAML mapping of fields of :class:`RunArguments` and :class:`rlvr_train.RLVRConfig`, in TRL's style: a field on the
command line wins over the file, and the file's key ``env`` (reserved by TRL) sets environment *variables*.

TRL's parser puts the values of the file in place of the defaults, so argparse looks at those that are text alone.  Here keys and
types of the others are checked first, by the type hints of the fields.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import typing
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml
from huggingface_hub.dataclasses import type_validator
from trl import TrlParser

from rlvr_envs._naming import aside, did_you_mean
from rlvr_envs._usage import given, one_line
from rlvr_envs.errors import UsageError
from rlvr_envs.wrappers.recipe import FILES, parse_recipe
from rlvr_train.config import RLVRConfig

#: Types that a field may have in the file beside those of its hint, which says what it may be on a command line.
_ALSO_IN_FILE: Final[Mapping[str, Any]] = {
    "env_kwargs": dict,
    "wrappers": list,
    "resume_from_checkpoint": bool,  # true: the last checkpoint in output_dir
    "scale_rewards": bool,
}
#: A whole number is a number; a truth value is none.
_WIDER: Final[Mapping[Any, Any]] = {float: int, list[float]: list[int | float]}
_WORDS: Final[Mapping[Any, str]] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    type(None): "null",
    list: "a list",
    dict: "a mapping",
}


@dataclass
class RunArguments:
    """What is trained on what.

    Attributes:
        model: Folder, hub id or ``package:NAME`` of a causal language model with a chat template.
        env_id: Id of a registered environment.
        env_kwargs: Options of the environment; a mapping, on the command line as YAML or JSON.
        wrappers: Recipe of wrappers; a list (on the command line as YAML or JSON), the name of a preset, or the path of a file.
    """

    model: str = field(metadata={"help": "Folder, hub id or package:NAME of a causal language model."})
    env_id: str = field(default="rlvr/Code-v0", metadata={"help": "Id of a registered environment."})
    env_kwargs: str = field(default="{}", metadata={"help": "Options of the environment, as YAML or JSON."})
    wrappers: str = field(default="[]", metadata={"help": "Recipe of wrappers: a list as YAML or JSON, a preset, or a file."})

    def __post_init__(self) -> None:
        """Reads the fields that are data; the file gives them as data, the command line as text.

        Raises:
            ValueError: ``env_kwargs`` is no mapping with names as keys, or ``wrappers`` no recipe.
        """
        self.env_options: dict[str, Any] = _data("env_kwargs", self.env_kwargs, dict)
        self.recipe: list[Any] = _steps(self.wrappers)
        for name in self.env_options:
            if not isinstance(name, str):
                raise ValueError(f"env_kwargs must have names of options as keys, got {name!r}")


@dataclass(frozen=True)
class Run:
    """One run as the user asked for it; ``file`` is ``""`` when all was given on the command line."""

    arguments: RunArguments
    config: RLVRConfig
    command: tuple[str, ...]
    file: str = ""

    def place(self, name: str) -> str:
        """Returns where a field was given, for an error: ``run.yaml: model`` or ``--model``."""
        return _place(name, self.file, self.command)


def read_run(command: Sequence[str]) -> Run:
    """Returns the run that a command line describes.

    Args:
        command: Arguments after ``rlvr train``.  A first one that is no flag is the file.

    Raises:
        UsageError: The file cannot be read or is no mapping, a field is unknown, or its value is of a wrong type or range.
    """
    options = list(command)
    file = options.pop(0) if options and not options[0].startswith("-") else ""
    fields = _hints()
    for option in (each for each in options if each.startswith("--")):
        _check_name(_name(option), option.partition("=")[0], "option", fields, "")
    content = _read(file, fields) if file else {}
    if "model" not in content and "model" not in map(_name, options):
        raise UsageError(f"{_place('model', file, ())} is missing; name a folder, a hub id or package:NAME")
    # Abbreviations are off, so that a misspelt option cannot be another one.
    parser = _Parser((RunArguments, RLVRConfig), prog="rlvr train", allow_abbrev=False, exit_on_error=False)
    try:
        arguments, config, *left = parser.parse_args_and_config(
            ["--config", file, *options] if file else options, return_remaining_strings=True
        )
    except UsageError:
        raise
    except argparse.ArgumentError as error:
        name = _name((error.argument_name or "").partition("/")[0])
        raise UsageError(f"{_place(name, file, options)} must be {_described(_kinds(fields[name]))}: {error.message}") from error
    except (ValueError, ImportError, OSError) as error:  # what the options' own classes refuse; most begin with the option
        text = one_line(error)
        name, _, rule = text.partition(" ")
        raise UsageError(
            f"{_place(name, file, options)} {rule}" if name in fields else f"{file}: {text}" if file else text
        ) from error
    if any(left[-1]):
        raise UsageError(f"every argument after the file must be --FIELD VALUE, got {left[-1][0]!r}")
    return Run(arguments, config, tuple(command), file)


class _Parser(TrlParser):  # type: ignore[misc] # TRL is untyped at this border
    """TRL's parser; it raises where argparse would print all options and end the process."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def _hints() -> dict[str, Any]:
    """Returns the type hints of all fields that a run has."""
    hints: dict[str, Any] = {}
    for owner in (RunArguments, RLVRConfig):
        types = typing.get_type_hints(owner)
        hints |= {each.name: types[each.name] for each in dataclasses.fields(owner) if each.init}
    return hints


def _read(file: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the content of the file, its names and types checked."""
    try:
        content = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{file}: must be a file that can be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: must be UTF-8 text ({error.reason} at byte {error.start})") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a ValueError comes of a date that is none
        place, why = _yaml_fault(error)
        raise UsageError(f"{file}{place}: must be YAML: {why}") from error
    if not isinstance(content, dict):
        shown = "nothing" if content is None else f"{_WORDS.get(type(content), type(content).__name__)}"
        raise UsageError(f"{file}: must hold a mapping of fields, such as 'model: FOLDER', got {shown}")
    for name, value in content.items():
        if name == "env":
            _check_variables(file, value)
            continue
        _check_name(name, name, "field", (*fields, "env"), f"{file}: ")
        with given(f"{file}: {name}"):
            _check_value(name, value, fields[name])
    return content


def _check_name(name: object, shown: object, kind: str, known: Sequence[str] | Mapping[str, Any], prefix: str) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or "fields are model, env_id, env_kwargs, wrappers and those of rlvr_train.RLVRConfig"
        raise UsageError(f"{prefix}unknown {kind} {shown!r}; {hint}")


def _check_value(name: str, value: object, hint: Any) -> None:
    """Refuses a value that the field cannot have; text is left to argparse where the field is none, as on a command line."""
    kinds = {*_kinds(hint), *((_ALSO_IN_FILE[name],) if name in _ALSO_IN_FILE else ())}
    if isinstance(value, str):
        words = [member.value for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum) for member in kind]
        if words and value not in words:
            raise ValueError(f"must be one of {', '.join(words)}, got {value!r}{aside(value, words)}")
        if dict in kinds and value.startswith("{"):
            try:
                json.loads(value)
            except ValueError as error:
                raise ValueError(f"must be JSON or a mapping ({error}), got {value!r}") from error
        return
    accepted = (*kinds, *(wider for kind, wider in _WIDER.items() if kind in kinds))
    if not any(_is_of(name, value, kind) for kind in accepted):
        quotes = isinstance(value, bool) and str in kinds
        remedy = "; YAML reads a bare yes, no, on or off as true or false: put the text in quotes" if quotes else ""
        raise ValueError(f"must be {_described(kinds)}, got {value!r}{remedy}")


def _is_of(name: str, value: object, kind: Any) -> bool:
    try:
        type_validator(name, value, kind)
    except TypeError:
        return False
    return True


def _check_variables(file: str, value: object) -> None:
    if not isinstance(value, dict):
        raise UsageError(f"{file}: env must be a mapping of environment variables, got {value!r}; the environment is env_id")
    for name, text in value.items():
        if not isinstance(name, str) or not name or "=" in name or "\0" in f"{name}{text}":
            raise UsageError(f"{file}: env must have names of environment variables as keys, got {name!r}")


def _kinds(hint: Any) -> tuple[Any, ...]:
    """Returns the types of a union, or the one type; any ``dict`` is one, for what it holds is the library's to check."""
    found = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, type(int | str)) else (hint,)
    return tuple(dict if typing.get_origin(kind) is dict else kind for kind in found)


def _described(kinds: Collection[Any]) -> str:
    """Returns types in words."""
    words = dict.fromkeys(
        "text" if isinstance(kind, type) and issubclass(kind, Enum) else _WORDS.get(typing.get_origin(kind) or kind, str(kind))
        for kind in sorted(kinds, key=lambda kind: (kind is type(None), str(kind)))
    )
    return " or ".join(words)


def _place(name: str, file: str, options: Sequence[str]) -> str:
    return f"{file}: {name}" if file and name not in map(_name, options) else f"--{name}"


def _name(option: str) -> str:
    """Returns the field that an option sets: ``--bf16``, ``--no_bf16``, ``--max-steps`` and ``--max_steps=3`` all set one."""
    name = option.removeprefix("--").partition("=")[0].replace("-", "_") if option.startswith("--") else ""
    return name.removeprefix("no_")


def _data(name: str, value: Any, kind: type | tuple[type, ...]) -> Any:
    """Returns text as the data that it writes, and data as it is."""
    try:
        data = yaml.safe_load(value) if isinstance(value, str) else value
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"{name} must be YAML or JSON: {_yaml_fault(error)[1]}, got {value!r}") from error
    if not isinstance(data, kind):
        words = " or ".join(_WORDS[each] for each in (kind if isinstance(kind, tuple) else (kind,)))
        raise ValueError(f"{name} must be {words} as YAML or JSON, got {value!r}")
    return data


def _steps(value: Any) -> list[Any]:
    """Returns the steps of a recipe: a list as it is, or what a preset or a file holds, so that a run's settings say it all."""
    found = value if isinstance(value, str) and value.endswith(FILES) else _data("wrappers", value, (list, str))
    if isinstance(found, list):
        return found
    try:
        return parse_recipe(found, name="wrappers").to_plain()
    except OSError as error:
        raise ValueError(f"wrappers must be a file that can be read, got {found!r}: {error.strerror}") from error
    except (ValueError, ImportError) as error:
        text = one_line(error)
        raise ValueError(text if text.startswith("wrappers") else f"wrappers must be a recipe: {text}") from error


def _yaml_fault(error: Exception) -> tuple[str, str]:
    """Returns where a text is no YAML, to be put behind the name of a file, and why."""
    mark = getattr(error, "problem_mark", None)
    place = f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""
    why = "it nests too deeply" if isinstance(error, RecursionError) else getattr(error, "problem", None) or one_line(error)
    return place, why
