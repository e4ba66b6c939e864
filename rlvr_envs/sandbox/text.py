"""Cleaning of text that a guest wrote, before anything shows it to a person or a model.

Two steps, both of which keep every character in its place (one character becomes one other), so that columns counted in the
raw text hold in the cleaned one.  :func:`clean` is applied where text comes in and takes away what is never text;
:func:`told` is applied where text becomes feedback and defuses, besides, what a chat template or a tokenizer would read as a
mark of its own.  Values that are compared, and messages that a test matches, are not defused.  Not covered: marks that no list
can know, such as plain words that a template gives a meaning (``Human:``).
"""

from __future__ import annotations

import re
from typing import Final

#: Controls but tab and line feed, invisible and direction marks, line separators, lone surrogates, invisible "tag" letters.
_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)

_WORDS: Final = (
    "s|bos|eos|pad|unk|mask|sep|cls|think|thinking|thought|tool|tools|system|user|assistant|reponame|filename"
    "|eot|eom|eod|eoa|sop|eop|unused[0-9]+|0x[0-9a-f]{2}"
)
#: Marks in angle brackets: ``<|...|>`` in both widths, known words, and every name with an underscore (``<start_of_turn>``).
_ANGLE: Final = re.compile(
    r"[<\uff1c](?=[|\uff5c])|(?<=[|\uff5c])[>\uff1e]|<</?sys>>"
    rf"|[<\uff1c]{{1,2}}/?(?:{_WORDS}|[a-z0-9]+(?:[_\u2581-][a-z0-9]+)+)[>\uff1e]{{1,2}}",
    re.IGNORECASE,
)
#: Marks in square brackets: ``[INST]``, ``[/INST]``, ``[TOOL_CALLS]``, ``[CLS]``.
_SQUARE: Final = re.compile(
    r"\[/?(?:INST|SYS|SYSTEM|USER|ASSISTANT|BOS|EOS|CLS|SEP|PAD|MASK|UNK|THINK|IMG|IMG_[A-Z]+|gMASK|sMASK|sop|eop"
    r"|(?:SYSTEM|AVAILABLE|TOOL|MODEL|PREFIX|SUFFIX|MIDDLE|IMG|REFERENCE)_[A-Z]+|TOOL_?[A-Z]*|ARGS|CALL_ID)\]"
)
_OTHER_BRACKETS: Final = str.maketrans("<>\uff1c\uff1e[]", "\u2039\u203a\u2039\u203a\u27e6\u27e7")


def clean(text: str, limit: int) -> str:
    """Returns at most ``limit`` characters of ``text``.

    Control characters but newline and tab, line separators, invisible and text direction marks and lone surrogates become
    U+FFFD.
    """
    return _CONTROLS.sub("\ufffd", text[:limit])


def defuse(text: str) -> str:
    """Returns text in which no control token of a chat template is whole: its brackets are replaced by others of the same width.

    ``<|im_start|>`` becomes ``‹|im_start|›``, ``[INST]`` becomes ``⟦INST⟧``.  For readers of the text; a trainer must still not
    let quoted text become a special token of its own tokenizer.
    """
    if "<" not in text and "[" not in text and ">" not in text and not ("\uff1c" in text or "\uff1e" in text):
        return text
    for marks in (_ANGLE, _SQUARE):
        text = marks.sub(lambda match: match.group().translate(_OTHER_BRACKETS), text)
    return text


def told(text: str, limit: int) -> str:
    """Returns at most ``limit`` characters of ``text``, cleaned and defused, for feedback."""
    return defuse(clean(text, limit))
