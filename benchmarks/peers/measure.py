"""Runs all contestants in turn, so that a busy machine slows all alike."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.peers.contestants import DRIVERS, Contestant, Place
from benchmarks.peers.tasks import PeerTask, tasks_as_json

#: The ways of stepping that are measured.
WAYS = ("single", "batch")
_ANSWER_SECONDS = 300.0  # for one request; an endless batch waits for several time limits


class DriverFailed(Exception):
    """Raised when a driver ends, or is silent for too long; the text is the last line that it wrote to stderr."""


class Driver:
    """A running driver script; ``about`` is what it told of itself."""

    def __init__(self, contestant: Contestant, place: Place, tasks: Sequence[PeerTask]) -> None:
        """Starts the script in a folder of its own and hands it the tasks.

        Raises:
            DriverFailed: It does not start.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="rlvr-peer-", ignore_cleanup_errors=True)
        self._stderr = Path(self._folder.name) / "stderr.txt"
        with self._stderr.open("w", encoding="utf-8") as stderr:
            self._process = subprocess.Popen(
                [str(place.python), str(DRIVERS / contestant.driver), *contestant.arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=self._folder.name,
                env=dict(place.variables),
                text=True,
                start_new_session=True,
            )
        try:
            self.about = self._ask(tasks_as_json(list(tasks)))
        except DriverFailed:
            self.close()
            raise

    def __enter__(self) -> Driver:
        """Returns itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Ends the script."""
        self.close()

    def ask(self, **request: Any) -> dict[str, Any]:
        """Returns the answer to a request.

        Raises:
            DriverFailed: There is none.
        """
        return self._ask(json.dumps(request))

    def _ask(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = threading.Timer(_ANSWER_SECONDS, self._kill)
        timer.start()
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            timer.cancel()
        if not answer:
            raise DriverFailed(self._last_words())
        data: dict[str, Any] = json.loads(answer)
        return data

    def _last_words(self) -> str:
        lines = [line for line in self._stderr.read_text("utf-8", "replace").splitlines() if line.strip()]
        return lines[-1].strip() if lines else "the driver ended without a word"

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Lets the script end, kills it when it does not, and removes its folder."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=20)
        self._kill()  # and whatever it left in its group
        self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()


@dataclass
class Measured:
    """What one contestant did with one kind of answer, one way of stepping."""

    rates: list[float] = field(default_factory=list)  # env steps per second, one a round
    seconds: list[float] = field(default_factory=list)  # of each step (single) or batch (batch)
    solved: int = 0
    answers: int = 0
    told: Counter[str] = field(default_factory=Counter)

    def add(self, answer: Mapping[str, Any]) -> None:
        """Takes the answer of one round."""
        told, seconds = answer["told"], answer["seconds"]
        self.rates.append(len(told) / sum(seconds))
        self.seconds += seconds
        self.solved += sum(solved for solved, _ in told)
        self.answers += len(told)
        self.told.update(text for _, text in told)


#: By contestant, kind of answer and way of stepping.
Results = dict[tuple[str, str, str], Measured]


@dataclass(frozen=True)
class Turn:
    """One measurement: who answers what, in which way, for how long, how many at a time."""

    name: str
    kind: str
    way: str
    seconds: float
    size: int


def turns(names: Sequence[str], *, rounds: int, seconds: float, size: int, endless_rounds: int) -> Iterator[Turn]:
    """Yields what is to be measured, in order: the contestants take turns within each kind and way of each round.

    Endless answers cost every contestant its whole time limit, so they have fewer rounds, with one step or a batch of four.
    """
    for number in range(max(rounds, endless_rounds)):
        for kind in ("right", "wrong", "raising", "endless"):
            if number >= (endless_rounds if kind == "endless" else rounds):
                continue
            for way in WAYS:
                for name in names:
                    yield Turn(name, kind, way, 0.0, 4) if kind == "endless" else Turn(name, kind, way, seconds, size)


def measure(drivers: Mapping[str, Driver], plan: Sequence[Turn], failures: dict[str, str], step: Any = None) -> Results:
    """Returns what was measured; a contestant whose driver fails is left out from then on and named in ``failures``."""
    results: Results = {}
    for turn in plan:
        if turn.name not in failures:
            try:
                answer = drivers[turn.name].ask(do=turn.way, kind=turn.kind, seconds=turn.seconds, size=turn.size)
            except DriverFailed as failure:
                failures[turn.name] = f"failed while it was measured: {failure}"
            else:
                results.setdefault((turn.name, turn.kind, turn.way), Measured()).add(answer)
        if step is not None:
            step(turn)
    return results
