"""Backend ``none`` in a box, so that the battery can be run on a guest without any measure and the machine outlives it."""

from __future__ import annotations

import dataclasses

from rlvr_envs.sandbox.bwrap import find_bwrap
from rlvr_envs.sandbox.launch import LaunchSpec
from rlvr_envs.sandbox.none import NoneLauncher


class BoxedNoneLauncher(NoneLauncher):
    """Runs the guest of ``none``, which takes no measure of its own, where the files of the machine can only be read.

    Programs can still read what the user can, and do to their guest and to each other what they like.
    """

    def spec(self) -> LaunchSpec:
        """Puts the command of ``none`` behind bubblewrap."""
        spec = super().spec()
        assert spec.scratch is not None
        box = [find_bwrap(), "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
        box += ["--bind", spec.scratch, spec.scratch, "--unshare-pid", "--unshare-net", "--unshare-ipc"]
        return dataclasses.replace(spec, argv=(*box, "--", *spec.argv))
