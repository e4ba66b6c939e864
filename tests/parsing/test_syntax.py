"""Syntax errors found on the trusted side."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.info import Frame
from rlvr_envs.parsing.syntax import MAX_SOURCE_CHARS, check_syntax


@pytest.mark.parametrize("source", ["", "x = 1", "def f():\n    return 1\n", "return 1", "x = '\\d'", "0x1for x in y", "1 is 1"])
def test_what_parses_has_no_error(source: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check_syntax(source) is None


def frame_of(source: str) -> Frame:
    error = check_syntax(source)
    assert error is not None
    assert (error.type, error.basis) == ("SyntaxError", "verified")
    return error.frames[0]


def test_the_unclosed_bracket_is_pointed_at() -> None:
    frame = frame_of("x = 1\ny = (2,\n")
    assert (frame.line, frame.column, frame.end_line, frame.end_column) == (2, 4, 2, 5)


def test_columns_are_characters_not_bytes() -> None:
    frame = frame_of("'ä😀' = 1")  # the string is four characters and eight bytes
    assert (frame.line, frame.column, frame.end_column) == (1, 0, 4)


def test_indentation_errors_keep_their_name_and_line() -> None:
    error = check_syntax("def f():\nreturn 1\n")
    assert error is not None
    assert (error.type, error.frames[0].line) == ("IndentationError", 2)


@pytest.mark.parametrize(("character", "name"), [("\0", "null character"), ("\udfff", "lone surrogate")])
def test_characters_that_no_source_holds_are_placed(character: str, name: str) -> None:
    error = check_syntax(f"a = 1\nb = '{character}'")
    assert error is not None
    assert (error.type, error.message) == ("SyntaxError", f"source code cannot contain a {name}")
    assert error.frames == (Frame(line=2, function="<module>", end_line=2, column=5, end_column=6),)


def test_an_error_at_the_end_lies_within_the_program() -> None:
    frame = frame_of("try:\n    pass\n")
    assert 1 <= frame.line <= 3


def test_deep_nesting_is_an_error_without_a_place() -> None:
    error = check_syntax("-" * 100_000 + "1")
    assert error is not None
    assert (error.type in ("RecursionError", "MemoryError"), error.frames) == (True, ())


FIELDS = "{a}" * 10_001


@pytest.mark.parametrize("source", [f"f'{FIELDS}'", f'x = rF"{FIELDS}"'])
def test_f_strings_with_very_many_fields_are_not_parsed(source: str) -> None:
    error = check_syntax(source)
    assert error is not None
    assert (error.type, error.message) == ("SyntaxError", "a program with f-strings may hold at most 10000 opening braces")


@pytest.mark.parametrize("source", [f"f'{FIELDS[:3000]}'", "x = [" + "{1: 2}," * 10_001 + "]\nif'{' in x: pass"])
def test_tables_of_dicts_and_usual_f_strings_are_parsed(source: str) -> None:
    assert check_syntax(source) is None


def test_long_sources_are_not_parsed() -> None:
    error = check_syntax("#" * (MAX_SOURCE_CHARS + 1))
    assert error is not None
    assert error.message == "a program may hold at most 262144 characters, got 262145"


@given(st.one_of(st.text(alphabet=st.characters(exclude_categories=())), st.text(alphabet="()[]{}:\n \t'\"\\#=,.defi1\0")))
def test_any_text_has_an_error_within_it_or_none(source: str) -> None:
    error = check_syntax(source)
    lines = source.split("\n")
    for frame in error.frames if error else ():
        assert 1 <= frame.line <= len(lines)
        if frame.column >= 0:
            assert 0 <= frame.column <= len(lines[frame.line - 1])
            assert frame.line <= frame.end_line <= len(lines)
            assert 0 <= frame.end_column <= len(lines[frame.end_line - 1])
