"""The built-in source of small function-writing tasks: endless, seeded, with splits and a difficulty knob.

To add a family, write one :class:`Family` in a module of this package (docs/tasks.md shows how).
"""

from rlvr_envs.tasks.generated.family import Argument, Family, Params
from rlvr_envs.tasks.generated.registry import FAMILIES, family_named
from rlvr_envs.tasks.generated.source import SPLITS, GeneratedSource

__all__ = ["FAMILIES", "SPLITS", "Argument", "Family", "GeneratedSource", "Params", "family_named"]
