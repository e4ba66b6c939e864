"""Whether a program can return what a test expects: the sandbox takes values up to a size alone."""

from __future__ import annotations

from typing import Any, Final

from rlvr_envs.errors import TaskError
from rlvr_envs.sandbox.guest import codec
from rlvr_envs.sandbox.limits import Limits

#: Bytes of a reply besides the value.
_BESIDES: Final = 256


def check_returnable(expected: Any, limits: Limits, field: str) -> None:
    """Checks that a program can return ``expected``, or every right one would be judged wrong.

    Raises:
        TaskError: It is no plain data, or too large for the sandbox or for ``limits.reply_kib``.
    """
    try:
        data = codec.encode(expected, strict=True)
    except codec.CodecError as error:
        raise TaskError(rule=f"must be a value that a program can return ({error})", field=field, value=_kind(expected)) from None
    size, most = len(codec.dumps(data)) + _BESIDES, limits.reply_kib * 1024
    if size > most:
        rule = f"must fit into limits.reply_kib={limits.reply_kib}; set it to {-(-size // 1024)} or more"
        raise TaskError(rule=rule, field=field, value=f"{_kind(expected)} of {size:,} bytes")


def _kind(value: Any) -> str:
    return (
        f"{type(value).__name__} of {len(value):,} items" if isinstance(value, (list, tuple, set, dict)) else type(value).__name__
    )
