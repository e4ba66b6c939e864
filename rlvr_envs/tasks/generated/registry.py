"""The table of all families; a new one is an entry in the ``FAMILIES`` of its module, a new module one line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from rlvr_envs._naming import unknown
from rlvr_envs.tasks.generated import arithmetic, conditions, lists, texts
from rlvr_envs.tasks.generated.family import Family


def _table(families: Iterable[Family]) -> Mapping[str, Family]:
    table: dict[str, Family] = {}
    for family in families:
        if family.name in table:
            raise ValueError(f"two families are named {family.name!r}; rename one")
        table[family.name] = family
    return MappingProxyType(table)


#: Name -> family.  Never rename one: names are part of task ids.
FAMILIES: Final = _table((*arithmetic.FAMILIES, *conditions.FAMILIES, *lists.FAMILIES, *texts.FAMILIES))


def family_named(name: str) -> Family:
    """Returns the family of that name.

    Raises:
        ValueError: There is none; the text names the nearest.
    """
    if name not in FAMILIES:
        raise ValueError(unknown("family", name, FAMILIES))
    return FAMILIES[name]
