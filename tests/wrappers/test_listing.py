"""Listing wrappers: what each says, also where another distribution adds one that says nothing or cannot be loaded."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from rlvr_envs.wrappers import WRAPPERS, known_wrappers, registry
from rlvr_envs.wrappers.listing import WrapperRow, wrapper_rows


def test_each_wrapper_has_a_row_with_what_it_says() -> None:
    rows = {row.name: row for row in wrapper_rows()}
    assert sorted(rows) == sorted(WRAPPERS)
    assert rows["TracebackCredit"] == WrapperRow(
        "TracebackCredit",
        "credit",
        "Adds claimed spans of value -blame * decay**k at the frame k calls above the deepest one in the model's own code.",
        ("feedback.cases[].exception",),
        "claimed",
        "biased",
    )
    assert all(row.summary and row.kind and row.effect for row in rows.values())


def test_wrappers_of_others_are_listed_and_one_that_cannot_be_loaded_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [EntryPoint("Theirs", "gymnasium.wrappers:TimeLimit", "rlvr.wrappers")]
    points += [EntryPoint("Gone", "no_such_module:Gone", "rlvr.wrappers")]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    known_wrappers.cache_clear()
    try:
        rows = {row.name: row for row in wrapper_rows()}
    finally:
        known_wrappers.cache_clear()
    assert rows["Theirs"].needs == ()
    assert rows["Theirs"].effect == ""
    assert rows["Gone"].summary == "wrapper 'Gone' cannot be loaded: No module named 'no_such_module'"
