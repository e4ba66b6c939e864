"""Names of comparison rules as tasks write them: ``strict``, or ``numeric(rel=1e-3, abs=1e-6)`` with options.

Only the text is read here; what a rule means is in :mod:`rlvr_envs.verifiers.compare`.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from rlvr_envs._naming import aside
from rlvr_envs.tasks.base import STDOUT_COMPARISONS, VALUE_COMPARISONS

#: Rule -> its options and what they are when they are not written.
OPTIONS: Final[Mapping[str, Mapping[str, float]]] = {
    "numeric": {"rel": 1e-6, "abs": 1e-9},
    "numbers": {"rel": 1e-6, "abs": 1e-9},
}
_FORM: Final = re.compile(r"([a-z]+)(?:\(([^()]*)\))?")
_OPTION: Final = re.compile(r" ?([a-z]+)=([0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,3})?)")


@dataclass(frozen=True)
class Comparison:
    """A rule and its options, those of :data:`OPTIONS` filled in."""

    name: str
    options: Mapping[str, float]


@functools.lru_cache(maxsize=256)
def parse_comparison(text: str, known: Collection[str] = (*VALUE_COMPARISONS, *STDOUT_COMPARISONS)) -> Comparison:
    """Returns the rule that ``text`` names.

    Options are written ``name=number`` with commas between, each at most once; a number is unsigned and decimal
    (``0.001``, ``1e-3``).

    Args:
        text: The name, with options or without.
        known: The names that are allowed.

    Raises:
        ValueError: No such rule or option, or a number out of range; the text says what is allowed.
    """
    form = _FORM.fullmatch(text)
    if form is None or form[1] not in known:
        raise ValueError(f"must be one of {', '.join(known)}{aside(text.split('(', maxsplit=1)[0], known)}")
    options = dict(OPTIONS.get(form[1], {}))
    if form[2] is not None:
        options.update(_options(form[1], form[2]))
    return Comparison(form[1], options)


def _options(name: str, text: str) -> dict[str, float]:
    known = OPTIONS.get(name)
    if known is None:
        raise ValueError(f"{name} takes no options")
    found: dict[str, float] = {}
    for part in text.split(","):
        option = _OPTION.fullmatch(part)
        if option is None or option[1] not in known or option[1] in found:
            raise ValueError(f"{name} takes {' and '.join(known)}, each once, as in {name}(rel=1e-3, abs=1e-6)")
        found[option[1]] = float(option[2])
    if not found.get("rel", 0.0) < 1.0 or not math.isfinite(found.get("abs", 0.0)):
        raise ValueError("rel must be below 1 (or every number would equal every other of its sign) and abs finite")
    return found
