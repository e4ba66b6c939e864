"""GeneratedSource: an endless, seeded source of small function-writing tasks.

A task id holds family, parameters and a variant number, and fixes prompt, names and visible tests.  Hidden and audit tests are
drawn afresh each time with the passed generator; no input occurs twice among the tests of a task.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from rlvr_envs._naming import aside
from rlvr_envs.errors import TaskError
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.tasks.base import Suite, Task
from rlvr_envs.tasks.difficulty import near
from rlvr_envs.tasks.generated.draw import draw_tests
from rlvr_envs.tasks.generated.family import Family, Params
from rlvr_envs.tasks.generated.registry import FAMILIES, family_named

SPLITS: Final = ("train", "test", "transfer", "all")
_FUNCTION_NAMES: Final = ("f", "g", "h", "func", "solve")
_VARIANTS: Final = 1_000
_VISIBLE, _HIDDEN, _AUDIT = 2, 8, 4
#: A right answer takes microseconds; what runs on and on shall not hold up a training step.
_LIMITS: Final = Limits(time_s=2.0, cpu_s=2.0)


class GeneratedSource:
    """Draws tasks from the families of one split.

    ``train`` and ``test`` share their families and never a combination of parameters (a hash of them decides, so no seed can
    mix the two); ``transfer`` holds families that are in neither; ``all`` is everything.
    """

    def __init__(self, *, split: str = "train", families: Sequence[str] = ()) -> None:
        """Chooses the tasks.

        Args:
            split: One of :data:`SPLITS`.
            families: Names of families; none means all that the split has.

        Raises:
            ValueError: An unknown split or family, or a split that has none of these families.
        """
        if split not in SPLITS:
            raise ValueError(f"split must be one of {', '.join(SPLITS)}, got {split!r}{aside(split, SPLITS)}")
        named = [family_named(name) for name in families] or list(FAMILIES.values())
        self._families = [family for family in named if split == "all" or family.transfer == (split == "transfer")]
        if not self._families:
            where = "'transfer' or 'all'" if named[0].transfer else "'train', 'test' or 'all'"
            raise ValueError(f"split {split!r} has none of the families {', '.join(families)}; they are in {where}")
        self.split, self._chosen = split, bool(families)

    def __deepcopy__(self, memo: dict[int, Any]) -> GeneratedSource:
        """Returns itself: it never changes, and Gymnasium copies the arguments of ``gym.make``."""
        return self

    def __repr__(self) -> str:
        """Shows the split, and the families where they were chosen."""
        chosen = f", families={[family.name for family in self._families]}" if self._chosen else ""
        return f"GeneratedSource(split={self.split!r}{chosen})"

    def sample(self, rng: np.random.Generator, difficulty: float | None = None) -> Task:
        """Draws a family (all alike in probability), its parameters, a variant and the tests.

        Args:
            rng: The only source of chance.
            difficulty: In [0, 1]: only families within 1/6 of it, else the nearest; None takes all.

        Raises:
            ValueError: ``difficulty`` is outside [0, 1].
        """
        families = near(self._families, difficulty, lambda family: family.difficulty)
        family = families[int(rng.integers(len(families)))]
        params = family.draw_params(rng)
        while not self._holds(family, params):
            params = family.draw_params(rng)
        return _build(family, params, int(rng.integers(_VARIANTS)), rng)

    def get(self, task_id: str, rng: np.random.Generator) -> Task:
        """Rebuilds the task of that id, with hidden and audit tests drawn with ``rng``.

        Raises:
            TaskError: The id is not one of this source (another split's ids are not).
        """
        found = _parse_id(task_id)
        if found is None or found[0] not in self._families or not self._holds(*found[:2]):
            rule = f"must be an id of {self!r}, such as {self.sample(np.random.default_rng(0)).task_id!r}"
            raise TaskError(rule=rule, field="task_id", value=task_id)
        return _build(*found, rng)

    def ids(self) -> tuple[str, ...] | None:
        """Returns None: the source is endless."""
        return None

    def _holds(self, family: Family, params: Params) -> bool:
        return self.split == "all" or family.split_of(params) == self.split


def _task_id(family: Family, params: Params, variant: int) -> str:
    return f"generated/{family.name}/{family.params_text(params)}/{variant}"


def _parse_id(task_id: str) -> tuple[Family, Params, int] | None:
    parts = task_id.split("/")
    if len(parts) != 4 or parts[1] not in FAMILIES or not parts[3].isdecimal() or len(parts[3]) > 3:
        return None
    family = FAMILIES[parts[1]]
    params: dict[str, int | str] = {}
    for name, text in (pair.partition("=")[::2] for pair in parts[2].split(",") if pair != "-"):
        value = next((value for value in family.parameters.get(name, ()) if str(value) == text), None)
        if value is None:
            return None
        params[name] = value
    complete = params.keys() == family.parameters.keys() and family.allowed(**params)
    # Only the exact text that _task_id writes is an id: one task has one.
    return (family, params, int(parts[3])) if complete and _task_id(family, params, int(parts[3])) == task_id else None


def _build(family: Family, params: Params, variant: int, rng: np.random.Generator) -> Task:
    task_id = _task_id(family, params, variant)
    fixed = np.random.default_rng(int.from_bytes(hashlib.sha256(task_id.encode()).digest()[:16], "big"))
    function = _FUNCTION_NAMES[int(fixed.integers(len(_FUNCTION_NAMES)))]
    index = int(fixed.integers(min(len(argument.names) for argument in family.arguments.values())))
    names = {key: argument.names[index] for key, argument in family.arguments.items()}
    visible = draw_tests(family, params, fixed, count=_VISIBLE)
    hidden = draw_tests(family, params, rng, count=_HIDDEN, taken=visible)
    audit = draw_tests(family, params, rng, count=_AUDIT, taken=(*visible, *hidden))
    return Task(
        task_id=task_id,
        prompt=family.sentence(function, names, params),
        entry_point=function,
        tests=Suite(visible=visible, hidden=hidden, audit=audit),
        reference=family.reference(function, names, params),
        limits=_LIMITS,
        metadata={"family": family.name, "difficulty": family.difficulty, "split": family.split_of(params)},
    )
