"""Comparison of printed text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.verifiers.text import exact, lines, numbers, tokens


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
        ("1 2", "1 3", "token 2 (line 1, column 3): '2' != '3'"),
        ("1 2 3", "1 2", "token 3 (line 1, column 5): unexpected '3'"),
        ("1.0", "1", "token 1 (line 1, column 1): '1.0' != '1'"),
        ("a\n\n b  x", "a b y", "token 3 (line 3, column 5): 'x' != 'y'"),
        ("1", "1 2", "token 2: missing '2'"),
    ],
)
def test_tokens(left: str, right: str, expected: str | None) -> None:
    assert tokens(left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("x 1.0000001 2", "x 1 2", None),
        ("1e3 +7 007", "1000 7 7", None),
        (".5 5.", "0.5 5", None),
        ("1.01", "1.0", "token 1 (line 1, column 1): '1.01' != '1.0'"),
        ("9007199254740993", "9007199254740992", "token 1 (line 1, column 1): '9007199254740993' != '9007199254740992'"),
        ("nan", "nan", None),
        ("NaN", "nan", "token 1 (line 1, column 1): 'NaN' != 'nan'"),
        ("1e999", "2e999", "token 1 (line 1, column 1): '1e999' != '2e999'"),
        ("1_000", "1000", "token 1 (line 1, column 1): '1_000' != '1000'"),
        ("\u0661", "1", "token 1 (line 1, column 1): '\u0661' != '1'"),  # a digit, but not an ASCII one
    ],
)
def test_numbers(left: str, right: str, expected: str | None) -> None:
    assert numbers(left, right) == expected


def test_tolerances_of_numbers_can_be_given() -> None:
    assert numbers("1.01", "1", rel=0.1, abs=0.0) is None
    assert numbers("0.01", "0", rel=0.1, abs=0.001) is not None


@given(left=st.text(alphabet="ab \n\r\t"), right=st.text(alphabet="ab \n\r\t"))
def test_each_rule_is_looser_than_the_one_before(left: str, right: str) -> None:
    found = [rule(left, right) is None for rule in (exact, lines, tokens, numbers)]
    assert found == sorted(found)
    assert found[0] == (left == right)
    assert found[2] == (left.split() == right.split())
