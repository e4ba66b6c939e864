"""How far an answer came, from verdicts and counts alone: no text that a program wrote is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

from rlvr_envs.info import Info, Verdict

#: How far an answer came, the least first: it holds no program; its program is no Python; it raises while it is loaded or does
#: not define the entry point; a test ends it (exception, time, memory, ...); it runs and is wrong; it is wrong though every
#: visible test passes; it is solved.
Stage = Literal["malformed", "syntax", "load", "runtime", "wrong", "visible", "solved"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)

_BY_REASON: Final[Mapping[str, Stage]] = {"syntax_error": "syntax", "load_error": "load"}


def stage_of(info: Info) -> Stage:
    """Returns the stage of a judged answer."""
    verdict, feedback = info["verdict"], info["feedback"]
    if info["is_success"]:
        return "solved"
    if verdict == Verdict.MALFORMED:
        return "malformed"
    if verdict != Verdict.WRONG:
        return _BY_REASON.get(feedback.reason, "runtime") if verdict == Verdict.ERROR else "runtime"
    return "visible" if 0 < feedback.visible_total == feedback.visible_passed else "wrong"
