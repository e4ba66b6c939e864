"""Every exception that the suite raises on purpose, as one tree.

::

    RLVRError
    ├── UsageError           an argument or a field of a run's file is no good    (whose fault: the user's)
    ├── TaskError            a task file or task is not as the format says        (the data's)
    ├── ResetNeeded          step, judge or render before reset, or after the end (the caller's)
    ├── EnvClosed            any use after close()                                (the caller's)
    ├── MissingExtra         an optional dependency is not installed              (the installation's)
    ├── SandboxUnavailable   the asked-for isolation cannot be had here           (the machine's)
    │   └── PackageMissing   a package for programs is not installed here         (the installation's)
    └── InfraError           the machinery failed while it judged                 (the machine's)

What a *model* writes is never an exception: it is a :class:`rlvr_envs.info.Verdict`.  ``InfraError`` does not leave
``TextEnv.step`` either: it becomes the verdict ``infra_error`` with ``trainable`` False, in that one place.  Plain
``ValueError`` and ``TypeError`` are raised for bad arguments, at construction.
"""

from __future__ import annotations

from typing import Final

import gymnasium as gym


class _Missing:
    """The type of :data:`MISSING`."""

    def __repr__(self) -> str:
        return "MISSING"


#: The value of a field that is not there: an error says that it is missing and quotes nothing.
MISSING: Final = _Missing()


class RLVRError(Exception):
    """Base of every exception of this suite."""


class UsageError(RLVRError, ValueError):
    """Raised when what a user gave a command cannot be used: an argument, or a field of its file, which the text names."""


class TaskError(RLVRError, ValueError):
    """Raised when a task breaks the task format; the text names place, field, rule and value."""

    def __init__(self, *, rule: str, field: str = "", value: object = MISSING, file: str = "", line: int = 0) -> None:
        """Builds the message from its parts.

        Args:
            rule: What must hold.
            field: The field that breaks it, as a path (``tests.hidden[2].args``).
            value: What the field holds; shown shortened, and not at all when it is :data:`MISSING`.
            file: The file, when the task came from one; of a file or a list without lines with the row's index (``tasks[2]``).
            line: The 1-based line in that file, 0 when unknown.
        """
        self.rule, self.field, self.value, self.file, self.line = rule, field, value, file, line
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        name = f"field {field!r}: " if field else ""
        shown = repr(value)
        shown = shown if len(shown) <= 200 else shown[:200] + "..."
        super().__init__(f"{place}{name}{rule}{'' if value is MISSING else f', got {shown}'}")

    def at(self, file: str, line: int) -> TaskError:
        """Returns this error with the place where the task came from."""
        return TaskError(rule=self.rule, field=self.field, value=self.value, file=file, line=line)


class ResetNeeded(RLVRError, gym.error.ResetNeeded):
    """Raised when an episode is used that has not begun or has ended; call ``reset()`` first."""


class EnvClosed(RLVRError, RuntimeError):
    """Raised when an environment or sandbox is used after ``close()``; make a new one."""


class MissingExtra(RLVRError, ImportError):
    """Raised when an optional dependency is missing; the text names the extra to install."""

    def __init__(self, module: str, extra: str) -> None:
        """Names the missing ``module`` and the ``extra`` of ``rlvr`` that brings it."""
        super().__init__(f"{module!r} is not installed; install it with: pip install 'rlvr[{extra}]'")


class SandboxUnavailable(RLVRError, RuntimeError):
    """Raised when a sandbox backend or level cannot be had on this machine; the text says what would help."""


class PackageMissing(SandboxUnavailable, ValueError):
    """Raised when a package that programs shall import cannot be given to them; the text says which and what would help."""


class InfraError(RLVRError, RuntimeError):
    """Raised when the machinery failed (a worker died, a pipe broke), never for what a judged program did."""
