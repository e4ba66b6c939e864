"""The file descriptors that every process of a guest finds under fixed numbers."""

from __future__ import annotations

import fcntl
import os

from .child import GO_FD, LAST_FD, NOTHING_FD, WORDS_FD
from .program import TRACE_FD

_FIRST_OWN_FD = 32


def arrange_descriptors() -> tuple[int, int, int]:
    """Puts what every program's process inherits under fixed low numbers; returns the zygote's ends: trace, words and go.

    All later descriptors get higher numbers, so that a forked process can put its own in place one by one.
    """
    (trace, trace_end), (words, words_end), (go_end, go) = os.pipe(), os.pipe(), os.pipe()
    nothing = os.open(os.devnull, os.O_RDWR)
    given = (trace, words, go, trace_end, words_end, go_end, nothing)
    ours = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_OWN_FD) for fd in given]
    high = dict(zip((TRACE_FD, WORDS_FD, GO_FD, NOTHING_FD), ours[3:], strict=True))
    for target in range(3, LAST_FD + 1):
        os.dup2(high.get(target, ours[6]), target)
    os.closerange(LAST_FD + 1, _FIRST_OWN_FD)
    for fd in ours[3:]:
        os.close(fd)
    os.set_blocking(ours[0], False)
    return ours[0], ours[1], ours[2]
