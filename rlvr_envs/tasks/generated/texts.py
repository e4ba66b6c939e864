"""Families over a text (all three levels)."""

from __future__ import annotations

import itertools
from typing import Final

from rlvr_envs.tasks.generated.family import Family
from rlvr_envs.tasks.generated.inputs import LETTERS, WORDS, text, text_ending, text_with, words

_TEXT: Final = {"s": text()}
_WITH_LETTER: Final = {"s": text_with("a")}
_VOWELS: Final = "aeiou"

FAMILIES: Final = (
    Family(
        name="followed_by",
        difficulty=0.15,
        text='{s} followed by "{a}"',
        body="return {s} + {a!r}",
        evaluate=lambda s, a: s + a,
        arguments=_TEXT,
        parameters={"a": WORDS},
    ),
    Family(
        name="after",
        difficulty=0.15,
        text='"{a}" followed by {s}',
        body="return {a!r} + {s}",
        evaluate=lambda s, a: a + s,
        arguments=_TEXT,
        parameters={"a": WORDS},
    ),
    Family(
        name="ends_with",
        difficulty=0.3,
        text='True if {s} ends with "{a}", otherwise False',
        body="return {s}.endswith({a!r})",
        evaluate=lambda s, a: s[-len(a) :] == a,
        arguments={"s": text_ending("a")},
        parameters={"a": WORDS},
        branch=lambda s, a: s.endswith(a),
        branches=2,
    ),
    Family(
        name="length_plus",
        difficulty=0.35,
        text="the length of {s}, plus {a}",
        body="return len({s}) + {a}",
        evaluate=lambda s, a: a + len(s),
        arguments={"s": text(1, 12)},
        parameters={"a": range(1, 60)},
    ),
    Family(
        name="if_longer",
        difficulty=0.55,
        text='{s} followed by "{a}" if {s} has more than {n} letters, otherwise "{a}" followed by {s}',
        body="return {s} + {a!r} if len({s}) > {n} else {a!r} + {s}",
        evaluate=lambda s, a, n: s + a if len(s) > n else a + s,
        arguments={"s": text(2, 9)},
        parameters={"a": WORDS, "n": range(3, 8)},
        branch=lambda s, a, n: len(s) > n,
        branches=2,
    ),
    Family(
        name="count_letter",
        difficulty=0.7,
        text='how many times the letter "{a}" occurs in {s}',
        body="return {s}.count({a!r})",
        evaluate=lambda s, a: sum(1 for c in s if c == a),
        arguments=_WITH_LETTER,
        parameters={"a": LETTERS},
    ),
    Family(
        name="replace_letter",
        difficulty=0.7,
        text='{s} with every "{a}" replaced by "{b}"',
        body="return {s}.replace({a!r}, {b!r})",
        evaluate=lambda s, a, b: "".join(b if c == a else c for c in s),
        arguments=_WITH_LETTER,
        parameters={"a": LETTERS, "b": LETTERS},
        allowed=lambda a, b: a != b,
    ),
    Family(
        name="without_letter",
        difficulty=0.75,
        text='{s} without the letter "{a}"',
        body="return {s}.replace({a!r}, '')",
        evaluate=lambda s, a: "".join(c for c in s if c != a),
        arguments=_WITH_LETTER,
        parameters={"a": LETTERS},
    ),
    Family(
        name="upper_followed_by",
        difficulty=0.3,
        text='{s} in upper case followed by "{a}"',
        body="return {s}.upper() + {a!r}",
        evaluate=lambda s, a: "".join(chr(ord(c) - 32) for c in s) + a,
        arguments=_TEXT,
        parameters={"a": WORDS},
        transfer=True,
    ),
    Family(
        name="count_vowels",
        difficulty=0.75,
        text="how many vowels (a, e, i, o, u) are in {s}",
        body='return sum(1 for c in {s} if c in "aeiou")',
        evaluate=lambda s: sum(s.count(c) for c in _VOWELS),
        arguments={"s": text_with(_VOWELS)},
        transfer=True,
    ),
    Family(
        name="reverse_words",
        difficulty=0.8,
        text="the words of {s} in reverse order, with one space between them",
        body='return " ".join(reversed({s}.split()))',
        evaluate=lambda s: " ".join(s.split(" ")[::-1]),
        arguments={"s": words()},
        transfer=True,
    ),
    Family(
        name="longest_word",
        difficulty=0.85,
        text="the length of the longest word in {s}",
        body="return max(len(w) for w in {s}.split())",
        evaluate=lambda s: max(map(len, s.split(" "))),
        arguments={"s": words()},
        transfer=True,
    ),
    Family(
        name="run_lengths",
        difficulty=1.0,
        text="the list of the lengths of the runs of equal letters in {s}",
        body="runs = []\n"
        "for i, c in enumerate({s}):\n"
        "    if i > 0 and {s}[i - 1] == c:\n"
        "        runs[-1] += 1\n"
        "    else:\n"
        "        runs.append(1)\n"
        "return runs",
        evaluate=lambda s: [len(list(run)) for _, run in itertools.groupby(s)],
        arguments={"s": text_with("ab")},
        transfer=True,
    ),
)
