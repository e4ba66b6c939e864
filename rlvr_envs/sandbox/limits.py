"""Limits of one judged program."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rlvr_envs._naming import aside
from rlvr_envs._numbers import is_number, is_whole
from rlvr_envs.errors import TaskError

#: Least and largest value of each limit: what the kernel and the protocol can hold, and an interpreter needs.
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "time_s": (0.001, 86_400),
    "cpu_s": (0.001, 86_400),
    "memory_mib": (64, 1 << 20),
    "output_kib": (1, 1 << 16),
    "reply_kib": (1, 1 << 16),
    "files_mib": (1, 1 << 16),
    "processes": (1, 4096),
}


@dataclass(frozen=True)
class Limits:
    """What one program may use.

    ``time_s``: wall seconds for the whole program (loading and every call), enforced from outside by SIGKILL.
    ``cpu_s``: CPU seconds (RLIMIT_CPU).  ``memory_mib``: address space (RLIMIT_AS).  ``output_kib``: text printed.
    ``reply_kib``: size of one returned value.  ``files_mib``: size of the private temporary folder.  ``processes``: threads that
    the program may have at a time, its first one included (it never gets a second process); where the sandbox's report has
    no ``thread_limit``, only ``memory_mib`` bounds them.
    """

    time_s: float = 5.0
    cpu_s: float = 5.0
    memory_mib: int = 512
    output_kib: int = 64
    reply_kib: int = 1024
    files_mib: int = 16
    processes: int = 64

    def __post_init__(self) -> None:
        """Refuses limits outside :data:`RANGES`."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not is_number(value) or not value > 0:
                raise TaskError(rule="must be a positive number", field=f"limits.{field.name}", value=value)
            if not field.name.endswith("_s") and not is_whole(value):
                raise TaskError(rule="must be a whole number", field=f"limits.{field.name}", value=value)
            least, largest = RANGES[field.name]
            if not least <= value <= largest:
                raise TaskError(rule=f"must be from {least:,} to {largest:,}", field=f"limits.{field.name}", value=value)

    def replace(self, changes: Mapping[str, Any]) -> Limits:
        """Returns these limits with some changed.

        Raises:
            TaskError: An unknown name, or a value outside its range.
        """
        known = {field.name for field in dataclasses.fields(self)}
        for name in changes:
            if name not in known:
                rule = f"must be one of {', '.join(sorted(known))}{aside(name, sorted(known))}"
                raise TaskError(rule=rule, field=f"limits.{name}", value=changes[name])
        return dataclasses.replace(self, **changes)
