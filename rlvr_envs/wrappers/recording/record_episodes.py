"""RecordEpisodes: every episode as a line of JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from rlvr_envs._records import to_plain
from rlvr_envs.info import to_jsonable
from rlvr_envs.wrappers.base import Traits


class RecordEpisodes(gym.Wrapper[str, str, str, str], RecordConstructorArgs, Traits):
    """Appends each episode to a JSONL file: prompt, actions, rewards, infos with their reward terms.

    Changes nothing.  Place it outermost, so that it sees what the learner sees.  State: the current episode.
    A line is ``{"task_id", "prompt", "complete", "return", "steps"}``, a step ``{"action", "observation", "reward", "terminated",
    "truncated", "info"}``.  An episode that is cut off by ``reset`` or ``close`` is written with ``complete`` false, if it has a
    step.

    Append-safe: each line is one write to a file opened for appending, so several environments and processes may share it, and a
    line that a crash left unfinished is closed first.  Read back with :func:`rlvr_envs.info.from_jsonable` for each info.
    """

    kind = "recording"

    def __init__(self, env: gym.Env[str, str], *, path: str) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            path: The file; it and its folder are made at the first episode.

        Raises:
            TypeError: ``path`` is no path.
            ValueError: ``path`` is a folder, or cannot be made or written to.
        """
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"path must be the path of a file, got {path!r}")
        if Path(path).is_dir():
            raise ValueError(f"path must be a file, got the folder {str(path)!r}")
        _check_writable(Path(path))
        RecordConstructorArgs.__init__(self, path=str(path))
        gym.Wrapper.__init__(self, env)
        self._path = Path(path)
        self._prompt = ""
        self._steps: list[dict[str, Any]] = []

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        """Begins an episode; writes the one before if it was cut off."""
        self._flush(complete=False)
        self._prompt, info = self.env.reset(seed=seed, options=options)
        return self._prompt, info

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Steps, and writes the episode when it ends."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._steps.append(
            {
                "action": action,
                "observation": observation,
                "reward": float(reward),
                "terminated": terminated,
                "truncated": truncated,
                "info": to_jsonable(info),
            }
        )
        if terminated or truncated:
            self._flush(complete=True)
        return observation, float(reward), terminated, truncated, info

    def close(self) -> None:
        """Writes an unfinished episode and closes the environment."""
        self._flush(complete=False)
        super().close()

    def _flush(self, *, complete: bool) -> None:
        if not self._steps:
            return
        steps, self._steps = self._steps, []
        row = {
            "task_id": steps[-1]["info"]["task_id"],
            "prompt": self._prompt,
            "complete": complete,
            "return": sum(step["reward"] for step in steps),
            "steps": steps,
        }
        append_line(self._path, json.dumps(to_plain(row), ensure_ascii=False))


def _check_writable(path: Path) -> None:
    """Refuses a file that could not be appended to when the first episode ends; makes nothing."""
    there = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not os.access(there, os.W_OK) or not (there == path or there.is_dir()):
        raise ValueError(
            f"path must be a file that can be written to, or made in a folder, got {str(path)!r}: see {str(there)!r}"
        )


def append_line(path: Path, line: str) -> None:
    """Appends one line in one write; if the file does not end with a newline, that line is closed first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        data = ("\n" if torn else "").encode() + line.encode() + b"\n"
        while data:  # a regular file takes it all at once; a full disk raises
            data = data[os.write(descriptor, data) :]
    finally:
        os.close(descriptor)
