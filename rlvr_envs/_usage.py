"""What a user gave and cannot be used: one error of one line that says where it was given, and never a traceback.

A constructor refuses its arguments with ``ValueError`` or ``TypeError``, a file that cannot be read is an ``OSError``, a package
that is not installed an ``ImportError``.  Only who called knows whether the value came from a user, so the calls that hand over
such values stand inside :func:`given`.  Everything outside of it is the program's own fault and keeps its traceback.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import gymnasium as gym

from rlvr_envs.errors import EnvClosed, InfraError, ResetNeeded, RLVRError, UsageError

#: What is raised for a value that cannot be used.
_REFUSALS: Final = (RLVRError, gym.error.Error, ImportError, OSError, TypeError, ValueError)
#: Of those, what no value of a user can be the cause of.
_FAULTS: Final = (InfraError, EnvClosed, ResetNeeded)
#: What Gymnasium adds to a TypeError of an environment: a repetition of what the user wrote.
_ADDED: Final = " was raised from the environment creator for "


@contextmanager
def given(place: str = "", kinds: tuple[type[Exception], ...] = _REFUSALS) -> Iterator[None]:
    """Makes a refusal of what a user gave a ``UsageError`` that begins with the place where it was given.

    Args:
        place: The argument, or the file and the path of the field in it; ``""`` where the text of the refusal names it.
        kinds: What counts as a refusal; by default what constructors raise for their arguments.

    Raises:
        UsageError: Something inside refused its arguments.  An error that has its place already passes unchanged, as
                does one of the suite where there is no place to add.
    """
    try:
        yield
    except (UsageError, *_FAULTS):
        raise
    except kinds as error:
        if not place and isinstance(error, RLVRError):
            raise
        raise UsageError(_placed(place, one_line(error))) from error


def _placed(place: str, text: str) -> str:
    """Returns the text behind its place, whose last word, the name of the field, is not said twice."""
    name = place.rpartition(" ")[2]
    if name and re.match(rf"{re.escape(name)}[ \[]", text):
        return place[: -len(name)] + text
    if text.startswith("must "):
        return f"{place} {text}"
    return f"{place}: {text}" if place else text


def one_line(error: BaseException) -> str:
    """Returns the text of an error as one line, without the number of a system's error."""
    text = str(error).partition(_ADDED)[0] or type(error).__name__
    return re.sub(r"^\[Errno \d+\] ", "", " ".join(line.strip() for line in text.splitlines() if line.strip()))
