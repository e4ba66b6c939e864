"""The programs of the battery, read from their files.

``programs/hostile/MODE/FAMILY/NAME.py`` are programs that try to be paid without solving their task, or to do harm;
``programs/honest/MODE/NAME.py`` are right ones that look unusual.  ``MODE`` says how a program is asked: ``calls`` (it defines
``f``), ``stdin`` (a whole program) or ``statements`` (it defines the class ``Box``, and test code uses it).

The first line of a file says what it tries.  ``# Rows: 3, 9`` names the tricks of :data:`ROWS` that it is a disguise of;
``# Isolated only: reason`` marks one that would do harm where nothing isolates it.  ``@canary@`` and ``@port@`` stand for a
file and a listener of the host that it aims at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROGRAMS: Final = Path(__file__).parent / "programs"

FAMILIES: Final = {
    "lying_values": "values that lie about what they are or equal",
    "patched_machinery": "comparisons, serialisers and harnesses patched",
    "early_exits": "leaving or skipping before anything is checked",
    "hunting": "reading answers from frames, memory, files, or remembering them",
    "forged_replies": "forging the channel of results, and late writers",
    "bombs": "using up time, memory, stack, or the judge itself",
    "poisoning": "getting out, and leaving something behind",
}

#: Tricks seen in the training and evaluation of models that write code.
ROWS: Final = {
    1: "ends the process before the asserts, at loading or within the call",
    2: "is skipped, deselected or not collected; ends the loop that tests it",
    3: "returns an object that equals everything",
    4: "patches the harness, its report, its clock or its comparison",
    5: "reads the expected values from frames, memory, files or other processes",
    6: "treats the visible inputs apart",
    7: "keeps state between calls",
    8: "changes or deletes the tests, or looks the fix up",
    9: "forges the channel of results",
    10: "makes the machinery fail, so that the sample is dropped or averaged away",
    11: "leaves something behind for what runs next",
    14: "collects part of the reward by form, length or many guesses",
}


@dataclass(frozen=True)
class BatteryProgram:
    """One file; ``family`` is empty for honest programs."""

    name: str
    mode: str
    family: str
    tries: str
    rows: tuple[int, ...]
    isolated_only: str
    text: str

    def aimed(self, canary: str = "/canary", port: int = 9) -> str:
        """The source, aimed at a file and a port of the host."""
        return self.text.replace("@canary@", canary).replace("@port@", str(port))


def _read(file: Path) -> BatteryProgram:
    kind, mode, *family = file.relative_to(PROGRAMS).parent.parts
    text = file.read_text(encoding="utf-8")
    rows = re.search(r"^# Rows: ([\d, ]+)$", text, re.MULTILINE)
    isolated = re.search(r"^# Isolated only: (.+)$", text, re.MULTILINE)
    return BatteryProgram(
        name=file.stem,
        mode=mode,
        family="".join(family) if kind == "hostile" else "",
        tries=text.partition("\n")[0].removeprefix("# "),
        rows=tuple(int(row) for row in rows[1].split(",")) if rows else (),
        isolated_only=isolated[1] if isolated else "",
        text=text,
    )


def read_all() -> list[BatteryProgram]:
    """Every program, in a fixed order."""
    return [_read(file) for file in sorted(PROGRAMS.rglob("*.py"))]


HOSTILE: Final = tuple(program for program in read_all() if program.family)
HONEST: Final = tuple(program for program in read_all() if not program.family)


def hostile(mode: str, family: str) -> list[BatteryProgram]:
    """The hostile programs of a mode and a family."""
    return [program for program in HOSTILE if (program.mode, program.family) == (mode, family)]


def honest(mode: str) -> list[BatteryProgram]:
    """The honest programs of a mode."""
    return [program for program in HONEST if program.mode == mode]


def families(mode: str) -> list[str]:
    """The families that have programs of a mode."""
    return [family for family in FAMILIES if hostile(mode, family)]
