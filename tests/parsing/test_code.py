"""Finding a program in an answer, and tracing it back to the answer's characters."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rlvr_envs.parsing.code import CodeBlock, code_at, find_code
from rlvr_envs.parsing.syntax import MAX_SOURCE_CHARS


def found(action: str) -> CodeBlock:
    block = find_code(action)
    assert block is not None
    return block


LABELS = [
    "", "python", "py", "python3", "Python", "PYTHON", " python ", "python title=x", 'python3 title="x"', "python3.12", "py3",
    "ipython3", "{python}", "{.python}", "{ .python .numberLines }", "{python, echo=FALSE}", "{.py}", "python{1,3-4}",
    "python:main.py", "python,linenos", "{code-cell} python", "{code-block} ipython3", "\tpython\t",
]  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("fence", ["```", "````", "~~~"])
def test_labelled_and_bare_fences_hold_the_program(fence: str, label: str) -> None:
    assert found(f"Here:\n{fence}{label}\nx = 1\n{fence}\nDone.").source == "x = 1"


@pytest.mark.parametrize(
    ("action", "source"),
    [
        ("```python\na = 1\n```\nor\n```python\nb = 2\n```", "b = 2"),
        ("```python\na = 1\n```\nprints\n```text\n1\n```", "a = 1"),
        ("```python\na = 1\n```\n```\n   \n```", "a = 1"),
        ("```python\na = 1", "a = 1"),
        ("```python\na = 1\n\n```python\nb = 2\n```", "b = 2"),
        ("~~~\na = 1\n```\n~~~", "a = 1\n```"),
        ("````python\na = 1\n```\n````", "a = 1\n```"),
        ("- item\n\n  ```py\n  if a:\n      b\n  ```", "if a:\n    b"),
        ("```\n    a = 1\n    b = 2\n```", "a = 1\nb = 2"),
        ("\t```\n\ta = 1\n\t```", "a = 1"),
        ('  ```\n  a = """\nflush left"""\n  ```', 'a = """\nflush left"""'),
        ("```python\r\na = 1\r\nb = 2\r\n```", "a = 1\nb = 2"),
        ("```\ra = 1\rb = 2\r```", "a = 1\nb = 2"),
        ("```python\nsyntax error (\n```", "syntax error ("),
        ("```\n\n\na = 1\n```", "\n\na = 1"),
    ],
)
def test_the_last_python_block_is_the_program(action: str, source: str) -> None:
    assert found(action).source == source


@pytest.mark.parametrize(
    "label", ["text", "pycon", "python-repl", "pythonic", "py.test", "cpython", "{text}", "{.python-repl}", "json"]
)
def test_blocks_labelled_otherwise_hold_no_program(label: str) -> None:
    assert find_code(f"Here:\n```{label}\nx = 1\n```\nDone.") is None
    assert found(f"```\na = 1\n```\n```{label}\nx = 1\n```").source == "a = 1"


@pytest.mark.parametrize(
    ("action", "source"),
    [
        ("```python\na = 1\n```\nprints\n```\n1\n```", "a = 1"),
        ("```python\na = 1\n```\nUse:\n```\nf(3)\n```\nprints\n```\n9\n```", "a = 1"),
        ("```\n1 2\n```\n```python\na = 1\n```", "a = 1"),
        ("```python\na = 1\n```\n```\nb = 2", "a = 1"),
        ("```python\n \n```\n```\nb = 2\n```", "b = 2"),
        ("```\na = 1\n```\n```\nb = 2\n```", "b = 2"),
        ("```python\na = 1\n```\n```\nout\n```\nBetter:\n```py\nb = 2\n```\n```\nout\n```", "b = 2"),
    ],
)
def test_a_labelled_block_wins_over_blocks_without_a_label(action: str, source: str) -> None:
    assert found(action).source == source


@pytest.mark.parametrize("label", ["python", ""])
@pytest.mark.parametrize(
    "behind",
    [
        "<|im_end|>", "</s>", "<|endoftext|>", "<|eot_id|>", "<end_of_turn>", "[/INST]", " <|im_end|>\nassistant", "</answer>",
        " This is O(n).", " uses `x`.", "Explanation: see above", "\t", ")", "**",
    ],
)  # fmt: skip
def test_text_behind_a_closing_fence_does_not_keep_the_block_open(behind: str, label: str) -> None:
    action = f"```{label}\nx = 1\n```{behind}\nmore words"
    block = found(action)
    assert (block.source, action[block.start : block.end]) == ("x = 1", "x = 1")


@pytest.mark.parametrize(
    ("action", "source"),
    [
        ("```\nx = 1\n``` so\n```\ny = 2\n```", "y = 2"),  # the remark began no block: the third fence does
        ("```\nx = 1\n```text\nout\n```", "x = 1"),  # an info string does
        ("```python\nx = 1\n```text\nout\n```python\ny = 2\n```", "y = 2"),
        ("```python\nx = 1\n``` python\ny = 2\n```", "y = 2"),
        ("```\nuse\n```x``` here\n```", "use\n```x``` here"),  # inline code ends nothing
        ("~~~\nx = 1\n~~~ `so`", "x = 1"),
    ],
)
def test_what_stands_behind_a_fence_says_whether_it_begins_a_block(action: str, source: str) -> None:
    assert found(action).source == source


@pytest.mark.parametrize(
    ("action", "source"),
    [
        ("````markdown\n# So\n```python\na = 1\n```\n````\nbye", "a = 1"),
        ("```markdown\n# So\n```python\na = 1\n```\n```\nbye", "a = 1"),
        ("~~~~md\n```python\na = 1\n```\n~~~~", "a = 1"),
        ("````{.markdown}\n```\na = 1\n```\nprose\n````\nmore prose", "a = 1"),
        ("````markdown\n```python\na = 1\n```\nSo:\n```\n1\n```\n````\n", "a = 1"),
        ("````markdown\n```\na = 1\n```\n````<|im_end|>\nprose", "a = 1"),
        ("```python\na = 1\n```markdown\n# So\n```python\nb = 2\n```\n```", "b = 2"),
        ("`````text\nI say:\n```python\na = 1\n```\n`````", "a = 1"),
        ("`````\nI say:\n```python\na = 1\n```\n`````", "a = 1"),
        ("~~~text\nnever closed\n```python\na = 1\n```", "a = 1"),
        ('````python\na = """\n```python\n"""\n````', 'a = """\n```python\n"""'),
        ('```\ndef f():\n    """\n    ```python\n    """\n```', 'def f():\n    """\n    ```python\n    """'),
    ],
)
def test_a_python_block_within_a_block_of_another_kind_is_the_program(action: str, source: str) -> None:
    assert found(action).source == source


def test_an_unlabelled_block_in_a_block_that_is_not_markdown_is_part_of_it() -> None:
    assert find_code("````text\n```\na = 1\n```\n````") is None


def test_a_fence_in_an_indented_docstring_does_not_end_the_block() -> None:
    source = 'def f():\n    """\n    ```python\n    f()\n    ```\n    """\n    return 1'
    assert found(f"```python\n{source}\n```\n").source == source


@pytest.mark.parametrize("action", ["x = 1", "def f(x):\n    return x\n", "  x = 1", "hello"])
def test_text_that_parses_is_the_program_where_no_block_is(action: str) -> None:
    block = found(action)
    assert (block.source, block.start) == (textwrap.dedent(action).removesuffix("\n"), 0)


@pytest.mark.parametrize(
    "action",
    [
        "",
        " \n\t\r\n",
        "I do not know.",
        "```text\nno program\n```",
        "```python",
        "use ```x = 1``` here",
        "\0",
        "\ud800",
        "x = '\0'",
    ],
)
def test_no_program(action: str) -> None:
    assert find_code(action) is None


def test_span_of_the_block() -> None:
    action = "So:\n```python\nx = 1\ny = 2\n```\nbye"
    block = found(action)
    assert action[block.start : block.end] == "x = 1\ny = 2"
    assert (block.start, block.end, block.line_offsets) == (14, 25, (14, 20))


def test_place_in_an_indented_crlf_block() -> None:
    action = "a\r\n  ```py\r\n  def f(x):\r\n      return ä + x\r\n  ```"
    block = found(action)
    assert block.source == "def f(x):\n    return ä + x"
    assert block.place(2, 11, 2, 16) == (38, 43)
    assert action[38:43] == "ä + x"
    assert action[slice(*block.place(1, 0, 2, 10) or ())] == "def f(x):\r\n      return"


@pytest.mark.parametrize(
    "place",
    [(0, 0, 1, 1), (1, 0, 3, 1), (1, -1, 1, 1), (1, 6, 1, 7), (1, 0, 1, 6), (1, 2, 1, 2), (2, 1, 1, 1), (10**9, 0, 10**9, 1)],
)
def test_places_outside_or_empty_are_none(place: tuple[int, int, int, int]) -> None:
    assert found("```\nx = 1\ny = 2\n```").place(*place) is None


def test_line_span_leaves_out_white_space() -> None:
    action = "```\nif a:\n    b = 1  \n\nc\n```"
    block = found(action)
    assert action[slice(*block.line_span(2) or ())] == "b = 1"
    assert [block.line_span(line) for line in (0, 3, 5)] == [None, None, None]


@pytest.mark.parametrize(("byte", "column"), [(0, 0), (1, 1), (3, 2), (7, 3), (8, 4), (9, -1), (-1, -1)])
def test_byte_columns_become_character_columns(byte: int, column: int) -> None:
    assert found("```\naä😀b\n```").column_of_byte(1, byte) == column  # 1 + 2 + 4 + 1 bytes


def test_byte_column_of_a_line_that_is_not_there() -> None:
    assert found("x = 1").column_of_byte(2, 0) == -1


def test_a_text_too_long_to_parse_is_left_to_the_judge() -> None:
    assert found("words " * (MAX_SOURCE_CHARS // 6 + 1)).source.startswith("words words")


@pytest.mark.parametrize(
    "action",
    [
        "`" * 10**6,
        "```\n" * 250_000,
        "\n" * 10**6,
        " " * 10**6,
        "~~~ a\n" * 160_000,
        "```python\n" + " \n" * 500_000,
        "\t" * 10**6,
        "```" + " " * 500_000 + "\n" + "```x\n" * 100_000,
        " " * 500_000 + "```\n" + "    ```\n" * 60_000,
        "`" * 500_000 + "\n" + "```\n" * 120_000,
        "```{" + " " * 10**6,
        "```{code-cell}" + "\t" * 10**6,
        "```\n" + "```python\n \n" * 80_000,
        ("`" * 1000 + "\n") * 1000,
        "```python\nx = 1\n```" + "<|im_end|>" * 100_000,
    ],
)
def test_a_million_hostile_characters_are_no_trouble(action: str) -> None:
    find_code(action)


@pytest.mark.parametrize(
    "source", ["(" * 5000, "-" * 100_000 + "1", "a" + ".b" * 60_000, "1" + "+1" * 60_000, "not " * 50_000 + "1"]
)
def test_deep_nesting_is_no_trouble(source: str) -> None:
    find_code(source)


FRAGMENTS = st.sampled_from(
    [
        "```",
        "~~~",
        "````",
        "```python",
        "py",
        "\n",
        "\r\n",
        "\r",
        "  ",
        "\t",
        "    ",
        "x = 1",
        "ä😀",
        "\0",
        "\ud800",
        "`",
        "\x0b",
        "\u2028",
    ]
)
ACTIONS = st.one_of(st.text(alphabet=st.characters(exclude_categories=())), st.lists(FRAGMENTS).map("".join))


@given(
    opening=st.sampled_from(["```python\n", "  ```\r\n", "\t~~~\r", "", "text\n    ```py\n"]),
    inside=st.lists(st.one_of(FRAGMENTS, st.just("  y = 2"))).map("".join),
)
def test_the_place_of_a_program_suffices_to_find_it_again(opening: str, inside: str) -> None:
    action = opening + inside
    block = find_code(action)
    if block is not None:
        assert code_at(action, block.start, block.end) == block


@given(ACTIONS)
def test_every_character_of_the_program_is_traced_back(action: str) -> None:
    block = find_code(action)
    if block is None:
        return
    assert block.source == "\n".join(block.lines)
    assert 0 <= block.start <= block.end <= len(action)
    for number, line in enumerate(block.lines, start=1):
        for column, character in enumerate(line):
            start, end = block.place(number, column, number, column + 1) or (-1, -1)
            assert block.start <= start < end <= block.end
            assert action[start:end] == character
        span = block.line_span(number)
        assert (action[slice(*span)] if span else "") == line.strip()


LINES = st.lists(st.text(alphabet="ab =():ä\t 😀", max_size=12), min_size=1, max_size=6)


@given(
    lines=LINES,
    indent=st.sampled_from(["", "  ", "\t", "      "]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    before=st.text("a \n"),
)
def test_any_part_of_an_indented_block_comes_back(lines: list[str], indent: str, end: str, before: str) -> None:
    program = ["x = 1", *lines]
    fenced = ["```python", *program, "```"]
    action = before + "\n" + end.join(indent + line for line in fenced)
    block = found(action)
    assert list(block.lines) == program
    start, stop = block.place(1, 0, len(program), len(program[-1])) or (0, 0)
    assert action[start:stop] == (end + indent).join(program) or not program[-1]


@given(
    program=st.lists(st.one_of(FRAGMENTS, st.text(alphabet=st.characters(exclude_categories=()), max_size=8)), min_size=1).map(
        "".join
    ),
    fence=st.sampled_from(["```", "`````", "~~~", "~~~~"]),
    label=st.sampled_from(["python", "{.python}", "py", 'python3 title="x"', ""]),
    before=st.sampled_from(["", "Words, and `code`.\n", "```text\n1\n```\n", "\ud800\0\r\n"]),
    after=st.sampled_from(["", "\n", "<|im_end|>", " so be it\nand more", "\n```\nsample output\n```\n", "\n```json\n{}\n```"]),
)
def test_a_program_comes_back_byte_for_byte_from_a_fence_that_it_does_not_hold(
    program: str, fence: str, label: str, before: str, after: str
) -> None:
    assume(program.strip() and not program.endswith("\r"))  # with the line end before the fence that would be one line end
    assume(fence[:3] not in program)
    if not label:  # a fence labelled as Python counts there, and of blocks without a label the last one
        assume("```" not in program and "~~~" not in program and "sample" not in after)
    action = f"{before}{fence}{label}\n{program}\n{fence}{after}"
    block = found(action)
    start = len(before) + len(fence) + len(label) + 1
    assert (block.start, action[start : block.end]) == (start, program)
    if program[0] not in " \t\r\n":  # no line begins with white space that all share
        assert block.source == re.sub("\r\n|\r", "\n", program)
    for line, offset in zip(block.lines, block.line_offsets, strict=True):
        assert action[offset : offset + len(line)] == line
