"""The suite's own rules: what is skipped says why, and what is required may not be skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).parent.parent / "conftest.py"
SKIPPED_TEST = """
import pytest

@pytest.mark.vllm
def test_engine():
    pytest.skip("no engine")
"""
SKIPPED_MODULE = """
import pytest

pytest.importorskip("no_such_vllm_module")
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST.read_text())
    pytester.makeini("[pytest]\nmarkers =\n    vllm: needs vLLM\n    docker: needs Docker\n")
    return pytester


def test_a_skip_counts_as_a_skip_where_nothing_is_required(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RLVR_REQUIRE", raising=False)
    suite.makepyfile(SKIPPED_TEST)
    suite.runpytest_subprocess().assert_outcomes(skipped=1)


def test_a_required_mark_turns_a_skip_into_a_failure(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLVR_REQUIRE", "vllm")
    suite.makepyfile(SKIPPED_TEST)
    result = suite.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*RLVR_REQUIRE names vllm*no engine*"])


def test_another_required_mark_leaves_a_skip_alone(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLVR_REQUIRE", "docker")
    suite.makepyfile(SKIPPED_TEST)
    suite.runpytest_subprocess().assert_outcomes(skipped=1)


def test_a_required_module_may_not_skip_itself(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLVR_REQUIRE", "vllm")
    suite.makepyfile(SKIPPED_MODULE)
    suite.runpytest_subprocess().assert_outcomes(errors=1)
