"""The conversation of every driver: one request a line on stdin, one answer a line on stdout, both JSON.

``{"do": "single", "kind": ..., "seconds": ...}`` steps environments one after the other until the time is up, at least once;
the answer holds the seconds of each step.  ``{"do": "batch", "kind": ..., "seconds": ..., "size": ...}`` steps ``size``
answers at a time, in the library's own way, and the answer holds the seconds of each batch.  Both tell for each answer whether
it was taken as solved and what the library said.  Only the library's own calls are timed.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import time
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any, Protocol

Task = dict[str, Any]
Told = tuple[bool, str]


class Library(Protocol):
    """What a driver implements."""

    def step(self, task: Task, kind: str) -> Told:
        """Plays one episode of one step: answers ``task`` and returns whether it is solved and what was said."""

    def prepare_batch(self, tasks: list[Task], kind: str) -> Callable[[], list[Told]]:
        """Returns a function that plays one episode of each task at once; what is made beforehand is not timed."""

    def about(self) -> dict[str, Any]:
        """Returns what should stand beside the figures: how programs are isolated, the time limit and its options."""


def serve(make: Callable[[list[Task]], Library], distributions: tuple[str, ...]) -> None:
    """Reads tasks, then answers requests until stdin ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # libraries print as they please

    def answer(data: dict[str, Any]) -> None:
        answers.write(json.dumps(data) + "\n")
        answers.flush()

    requests = iter(sys.stdin.readline, "")
    tasks: list[Task] = json.loads(next(requests))
    library = make(tasks)
    installed = {name: importlib.metadata.version(name) for name in distributions}
    answer({"python": sys.version.split()[0], "versions": installed, **library.about()})
    for line in requests:
        request = json.loads(line)
        measure = _single if request["do"] == "single" else _batch
        answer(measure(library, tasks, request))


def _single(library: Library, tasks: list[Task], request: dict[str, Any]) -> dict[str, Any]:
    seconds: list[float] = []
    told: list[Told] = []
    for task in cycle(tasks):
        began = time.perf_counter()
        told.append(library.step(task, request["kind"]))
        seconds.append(time.perf_counter() - began)
        if sum(seconds) >= request["seconds"]:
            return {"seconds": seconds, "told": told}
    raise ValueError("no task was given")


def _batch(library: Library, tasks: list[Task], request: dict[str, Any]) -> dict[str, Any]:
    chosen = list(islice(cycle(tasks), request["size"]))
    play = library.prepare_batch(chosen, request["kind"])
    seconds: list[float] = []
    told: list[Told] = []
    while sum(seconds) < request["seconds"] or not seconds:
        began = time.perf_counter()
        told += play()
        seconds.append(time.perf_counter() - began)
    return {"seconds": seconds, "told": told}
