"""Named recipes: what the literature does, and what we would begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: Name -> steps, the innermost wrapper first.
PRESETS: Final[Mapping[str, tuple[Any, ...]]] = {
    # Solved or not: the environment's own reward.
    "outcome": (),
    # The share of hidden tests.
    "dense": ("PassFraction",),
    # The same, with blame where the program failed.
    "dense+credit": ("PassFraction", "SyntaxCredit", "TracebackCredit", "LastLineCredit"),
    # The share of hidden tests, and the difference to the nearest answer of the group that passes them all.
    "siblings": ("PassFraction", "SiblingContrast"),
    # Le et al. 2022 (arXiv 2207.01780): what became of the program.
    "codeRL": (("StageReward", {"scheme": "coderl"}),),
    # Shojaee et al. 2023 (arXiv 2301.13816): its outcomes, without the match of syntax trees and data flow.
    "ppocoder": (("StageReward", {"scheme": "ppocoder"}),),
    # Liu et al. 2023 (arXiv 2307.04349): the outcome with the share of tests, and blame at the line of an error.
    "rltf": (("StageReward", {"scheme": "rltf"}), "TracebackCredit"),
    # Dou et al. 2024 (arXiv 2402.01391): its outcomes, without the mask of lines that were not executed.
    "stepcoder": (("StageReward", {"scheme": "stepcoder"}),),
}
