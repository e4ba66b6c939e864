"""StageReward: a value for how far an answer came, with the constants that were published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import gymnasium as gym

from rlvr_envs._naming import unknown
from rlvr_envs._numbers import is_number
from rlvr_envs.facts import Fact
from rlvr_envs.info import Info
from rlvr_envs.wrappers.reward._last_answer import LastAnswer
from rlvr_envs.wrappers.reward._stages import STAGES, stage_of


@dataclass(frozen=True)
class Scheme:
    """Value of each stage in the order of ``STAGES``, and how much of the score is added to the two last unsolved ones."""

    values: tuple[float, ...]
    share: float = 0.0


_OUTCOMES: Final = (-1.0, -1.0, -0.6, -0.6, -0.3, -0.3, 1.0)
#: Name -> values of malformed, syntax, load, runtime, wrong, visible, solved.
SCHEMES: Final[Mapping[str, Scheme]] = {
    "steps": Scheme((0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 1.0)),
    "coderl": Scheme(_OUTCOMES),
    "ppocoder": Scheme(_OUTCOMES),
    "rltf": Scheme(_OUTCOMES, share=1.3),
    "stepcoder": Scheme(_OUTCOMES),
}


class StageReward(LastAnswer):
    """Makes the reward of an episode ``v(stage of its last answer)``.

    Adds ``u_t - u_{t-1}`` with ``u_t = v(stage_t) + share * score_t * [wrong or visible] - [solved]`` and ``u_0 = 0``.  It
    replaces no term: as the base reward ``[solved]`` stands beside it, the sum is the published value, and 1 where it is solved.

    Stages, each with its condition: ``malformed`` (no program in the answer), ``syntax`` (no Python), ``load`` (it raises while
    it is loaded, or does not define the entry point), ``runtime`` (a test ended it: exception, time, memory, forbidden call),
    ``wrong`` (it runs), ``visible`` (wrong, and every visible test passes), ``solved``.

    ======================================= ========= ======= ===== ======== ================ ================ =======
    scheme                                  malformed syntax  load  runtime  wrong            visible          solved
    ======================================= ========= ======= ===== ======== ================ ================ =======
    ``steps`` (ours)                        0         .05     .1    .15      .2               .3               1
    ``coderl`` (arXiv 2207.01780)           -1        -1      -.6   -.6      -.3              -.3              1
    ``ppocoder`` (arXiv 2301.13816)         -1        -1      -.6   -.6      -.3              -.3              1
    ``stepcoder`` (arXiv 2402.01391)        -1        -1      -.6   -.6      -.3              -.3              1
    ``rltf`` (arXiv 2307.04349)             -1        -1      -.6   -.6      -.3 + 1.3 score  -.3 + 1.3 score  1
    ======================================= ========= ======= ===== ======== ================ ================ =======

    What the papers do besides is not here: the score of a greedy baseline program that CodeRL and RLTF subtract (one number for
    all answers to a task, so a group's mean takes it away), CodeRL's critic, PPOCoder's match of syntax trees and data flow (its
    public code pays these, and +1 or -1 for whether it compiles), StepCoder's mask of lines that were not executed.

    Reads ``verdict``, ``is_success``, ``score`` and counts of ``feedback``, and no text of a program; writes the term ``stage``.
    State: the last ``u_t``.  Place it innermost, in place of ``PassFraction``.
    Invariant: a solved answer gets exactly 1 and any other less; at an equal score no stage gets less than an earlier one.
    Biased: stages are no potentials.  A wrong answer is better than a crash, so ``try: ... except: return 0`` around all earns
    what lies between ``runtime`` and ``wrong`` (.3 in the published schemes, .05 in ``steps``).  ``PotentialShaping`` has the
    stages as a potential, without that fault.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import StageReward
    >>> env = StageReward(gym.make("rlvr/Code-v0"), scheme="coderl")
    >>> _ = env.reset(seed=0)
    >>> env.step("I do not know.")[1]
    -1.0
    """

    term = "stage"
    needs = (Fact.CODE, Fact.SYNTAX)
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, scheme: str = "steps", values: Mapping[str, float] | None = None) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            scheme: Name of the values, one of the table.
            values: Values of stages by name that take the place of the scheme's; none may fall from one stage to the next, and
                all but that of ``solved``, which is 1, must be below 1.

        Raises:
            ValueError: There is no such scheme or stage, or a value breaks the rule.
        """
        if scheme not in SCHEMES:
            raise ValueError(unknown("scheme", scheme, SCHEMES))
        super().__init__(env, scheme=scheme, values=values)
        self._values = _checked({**dict(zip(STAGES, SCHEMES[scheme].values, strict=True)), **_named(values)})
        self._share = SCHEMES[scheme].share
        if self._share and not max(self._values["wrong"], self._values["visible"]) + self._share <= 1.0:
            raise ValueError(f"values of 'wrong' and 'visible' must leave room for {self._share} of the score, got {values!r}")

    def worth(self, action: str, info: Info) -> float:
        """Returns the value of the stage beside the base reward."""
        stage = stage_of(info)
        shared = self._share * float(info["score"]) if stage in ("wrong", "visible") else 0.0
        return self._values[stage] + shared - float(stage == "solved")


def _named(values: Mapping[str, float] | None) -> dict[str, float]:
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise ValueError(f"values must map names of stages to numbers, got {values!r}")
    for stage, value in values.items():
        if stage not in STAGES:
            raise ValueError(f"values: {unknown('stage', stage, STAGES)}")
        if not is_number(value) or not -1e6 <= value <= 1.0:
            raise ValueError(f"values[{stage!r}] must be a number of at most 1, got {value!r}")
    return dict(values)


def _checked(values: dict[str, float]) -> dict[str, float]:
    ordered = [values[stage] for stage in STAGES]
    if values["solved"] != 1.0 or not values["visible"] < 1.0 or ordered != sorted(ordered):
        raise ValueError(f"values must rise from stage to stage to below 1, and be 1 for 'solved', got {values!r}")
    return values
