"""Which tasks are held out: a fixed hash decides, so no seed and no later task can move one from test to train."""

from __future__ import annotations

import hashlib
from typing import Final

#: Of 256 hash values, those below this one are the test split: a fifth.
_TEST_SHARE_OF_256: Final = 51


def train_or_test(name: str) -> str:
    """Returns ``"train"`` or ``"test"`` for a task, or for a family's parameters, of that name."""
    digest = hashlib.sha256(name.encode()).digest()
    return "test" if digest[0] < _TEST_SHARE_OF_256 else "train"
