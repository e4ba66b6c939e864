"""Comparison of printed text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.verifiers.text import exact, lines, tokens


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("a\nb\n", "a\nb\n", None),
        ("a\nb", "a\nb\n", r"line 2, column 2: 'b' != 'b\n'"),
        ("a\r\n", "a\n", r"line 1, column 2: 'a\r\n' != 'a\n'"),
        ("", "a", "line 1: missing 'a'"),
        ("a\nb\n", "a\n", r"line 2: unexpected 'b\n'"),
    ],
)
def test_exact(left: str, right: str, expected: str | None) -> None:
    assert exact(left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("\n a  \r\nb\n\n", "a\nb", None),
        ("a\n\nb", "a\nb", "line 2, column 1: '' != 'b'"),
        ("1 2 3\n4 5 6\n", "1 2 3\n4 7 6\n", "line 2, column 3: '4 5 6' != '4 7 6'"),
        ("a b", "a  b", "line 1, column 3: 'a b' != 'a  b'"),
        ("a", "a\nb\nc", "line 2: missing 'b'"),
        ("x" * 100 + "1", "x" * 100 + "2", f"line 1, column 101: '{'x' * 20}1' != '{'x' * 20}2'"),
    ],
)
def test_lines(left: str, right: str, expected: str | None) -> None:
    assert lines(left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (" 1\n2\t3 ", "1 2 3", None),
        ("1 2", "1 3", "token 2: '2' != '3'"),
        ("1 2 3", "1 2", "3 tokens != 2 tokens"),
        ("1.0", "1", "token 1: '1.0' != '1'"),
    ],
)
def test_tokens(left: str, right: str, expected: str | None) -> None:
    assert tokens(left, right) == expected


@given(left=st.text(alphabet="ab \n\r\t"), right=st.text(alphabet="ab \n\r\t"))
def test_each_rule_is_looser_than_the_one_before(left: str, right: str) -> None:
    found = [rule(left, right) is None for rule in (exact, lines, tokens)]
    assert found == sorted(found)
    assert found[0] == (left == right)
    assert found[2] == (left.split() == right.split())
