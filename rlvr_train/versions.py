"""Which versions of a library the private names used here were tested with, and a clear error outside that range."""

from __future__ import annotations

from importlib import metadata

from packaging.version import Version

from rlvr_envs.errors import MissingExtra, RLVRError


class UnsupportedVersion(RLVRError, ImportError):
    """Raised when an installed library is outside the range that this release was tested with."""


def require(distributions: tuple[str, ...], *, low: str, high: str, extra: str) -> Version:
    """Returns the version of the first installed distribution of ``distributions``, if ``low <= version < high``.

    Args:
        distributions: Names under which the library is published, the usual one first.
        low: First version of the tested range.
        high: First version beyond it.
        extra: The extra of ``rlvr`` that installs a version inside the range.

    Raises:
        MissingExtra: None of the distributions is installed.
        UnsupportedVersion: The installed version is outside the range.
    """
    for name in distributions:
        try:
            version = Version(metadata.version(name))
        except metadata.PackageNotFoundError:
            continue
        if Version(low) <= Version(version.base_version) < Version(high):
            return version
        raise UnsupportedVersion(
            f"{name} must be >={low},<{high} (private names of it are used, and were tested only there), got {version}; "
            f"install a tested version with: pip install 'rlvr[{extra}]'"
        )
    raise MissingExtra(distributions[0], extra)
