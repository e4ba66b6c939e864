"""Drawing the tests of a generated task, such that cheap answers cannot pass them.

Guaranteed for the tests that :func:`draw_tests` returns: inputs are distinct; every branch of the family occurs, in shares that
differ by at most one; and by rejection, no answer that is a constant or hands back an argument is right on more than half of
them.  As the inputs differ from the visible ones, a table of the visible examples is on them no better than its default, which
is such a constant or argument.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any, Final

import numpy as np

from rlvr_envs.tasks.base import CallTest
from rlvr_envs.tasks.generated.family import Family, Params

_MAX_DRAWS: Final = 5_000
_MAX_SETS: Final = 200


def draw_tests(
    family: Family, params: Params, rng: np.random.Generator, *, count: int, taken: Iterable[CallTest] = ()
) -> tuple[CallTest, ...]:
    """Draws ``count`` tests with ``rng`` alone; none has the input of a test in ``taken``.

    Raises:
        ValueError: The family gives no such tests for these parameters (the family's fault).
    """
    used = {repr(test.args) for test in taken}
    for _ in range(_MAX_SETS):
        tests = tuple(
            CallTest(args=args, expected=family.evaluate(*args, **params))
            for args in _draw_inputs(family, params, rng, count, used)
        )
        if cheap_share(tests) <= 0.5:
            return tests
    raise ValueError(f"family {family.name!r} with {dict(params)}: a constant or an argument is right too often in every draw")


def cheap_share(tests: Iterable[CallTest]) -> float:
    """Returns the share of tests that the best constant answer, or the best argument handed back, is right on."""
    tests = tuple(tests)
    constants = Counter(repr(test.expected) for test in tests)
    # repr tells types apart (1 from True) and is exact for the plain values of families.
    arguments = Counter(i for test in tests for i, arg in enumerate(test.args) if repr(arg) == repr(test.expected))
    return max(chain(constants.values(), arguments.values()), default=0) / max(1, len(tests))


def _draw_inputs(family: Family, params: Params, rng: np.random.Generator, count: int, used: set[str]) -> list[tuple[Any, ...]]:
    """Draws distinct inputs outside ``used``, in an order that goes through the branches in turn."""
    quota = -(-count // family.branches)
    groups: dict[Any, list[tuple[Any, ...]]] = {}
    seen = set(used)
    for _ in range(_MAX_DRAWS):
        args = family.draw_args(params, rng)
        group = groups.setdefault(family.branch(*args, **params), [])
        if len(group) < quota and repr(args) not in seen:
            seen.add(repr(args))
            group.append(args)
        if len(groups) == family.branches and all(len(group) == quota for group in groups.values()):
            return list(chain.from_iterable(zip(*groups.values(), strict=True)))[:count]
    raise ValueError(f"family {family.name!r} with {dict(params)}: no {quota} inputs a branch in {_MAX_DRAWS} draws")
