"""Cleaning of text that a guest wrote, before anything shows it to a person or a model."""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str, limit: int) -> str:
    """Returns at most ``limit`` characters of ``text``.

    Control characters but newline and tab, line separators, text direction marks and lone surrogates become U+FFFD.
    """
    return _CONTROLS.sub("\ufffd", text[:limit])
