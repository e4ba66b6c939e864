"""docs/environments.md has a row for every option, with its type and default as the code has them, in the same order."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest

from rlvr_envs.registration import TABLE
from rlvr_envs.vector import TextVectorEnv
from rlvr_envs.wrappers import WRAPPERS, GroupShaping, wrapper_class

DOCUMENT = (Path(__file__).parents[2] / "docs" / "environments.md").read_text(encoding="utf-8")
Row = tuple[str, ...]


def documented(heading: str) -> list[Row]:
    """The rows of the table of a section, without its head."""
    section = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)
    (text,) = [part for part in section if part.startswith(f"{heading}\n")]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in text.splitlines() if line.startswith("|")]
    return rows[2:]


def options(make: Callable[..., Any], skip: int = 1) -> list[Row]:
    """Name, type and default of the options of a class, as a row shows them."""
    parameters = list(inspect.signature(make).parameters.values())[skip:]
    named = [each for each in parameters if each.kind is not inspect.Parameter.VAR_KEYWORD]
    return [
        (
            f"`{each.name}`",
            str(each.annotation).replace(" | ", " or "),
            "required" if each.default is inspect.Parameter.empty else f"`{each.default!r}`",
        )
        for each in named
    ]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_every_option_of_an_environment_has_its_row(row: Any) -> None:
    kind = gym.envs.registration.load_env_creator(row.entry_point)
    told = documented(row.id)
    assert [one[:3] for one in told] == options(kind.__init__)
    assert all(one[3] for one in told)


def test_every_option_of_the_vector_environment_has_its_row() -> None:
    own = options(TextVectorEnv.__init__, skip=3)  # self, the id and num_envs
    assert [row[:3] for row in documented("gym.make_vec")] == own


def _before(name: str) -> int:
    """How many arguments stand before the options: ``self``, and the environment where there is one."""
    return 1 if issubclass(wrapper_class(name), GroupShaping) else 2


def test_every_option_of_a_wrapper_has_its_row() -> None:
    told = documented("Wrappers")
    every = [(f"`{name}`", *row) for name in WRAPPERS for row in options(wrapper_class(name).__init__, skip=_before(name))]
    assert sorted(row[:4] for row in told) == sorted(every)
    assert all(row[4] for row in told)


def test_a_row_that_is_missing_or_wrong_would_be_seen() -> None:
    def make(self: object, known: int = 3, *, new: str | None = None, **others: object) -> None:
        """Has an option that no table knows."""

    assert options(make) == [("`known`", "int", "`3`"), ("`new`", "str or None", "`None`")]
    assert [row[0] for row in documented("rlvr/Echo-v0")] == ["`length`", "`alphabet`", "`max_turns`", "`render_mode`"]


def test_links_lead_to_headings_that_exist() -> None:
    for file, anchor in re.findall(r"\]\((\w+\.md)#([\w-]+)\)", DOCUMENT):
        text = (Path(__file__).parents[2] / "docs" / file).read_text(encoding="utf-8")
        anchors = [
            re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        ]
        assert anchor in anchors, f"{file}#{anchor}"
