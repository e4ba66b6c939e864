"""The names that users import from ``rlvr_train`` are what they are documented to be, in any order of imports."""

from __future__ import annotations

import importlib

import pytest

pytest.importorskip("trl", reason="needs the extra `train`")

import rlvr_train


def test_no_public_name_is_hidden_by_a_module_of_that_name() -> None:
    for module in ("config", "evaluation", "policies", "trainer"):
        importlib.import_module(f"rlvr_train.{module}")
    assert {name for name in rlvr_train.__all__ if not callable(getattr(rlvr_train, name))} == set()
    from rlvr_train import Evaluation, evaluate

    assert isinstance(Evaluation, type)
    assert evaluate.__name__ == "evaluate"
