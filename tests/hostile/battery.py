"""The battery as classes that the tests of every backend inherit; each needs a fixture ``sandbox`` with two workers.

Asserted of each hostile program: no hidden test passes, it is not taken for a failure of the machinery, there is one result
for each thing asked, and the right program that follows on the same worker is judged right.
"""

from __future__ import annotations

import dataclasses
import os
import resource
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.envs.code_impossible import CodeImpossibleEnv
from rlvr_envs.info import Info, Verdict
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.tasks.base import Task
from rlvr_envs.tasks.format import task_to_dict
from rlvr_envs.tasks.impossible import KINDS
from rlvr_envs.vector import TextVectorEnv
from tests.hostile.asked import AMPLE, BOX, BRIEF, CALLS, STATEMENTS_OF_F, STDIN, judge, judge_each
from tests.hostile.catalogue import HOSTILE, BatteryProgram, families, honest, hostile

gym.register_envs(rlvr_envs)

_MAX_GROWTH_KIB = 256 * 1024


@dataclass
class Host:
    """What a program could do harm to: a file, a listener, and this process."""

    canary: Path
    listener: socket.socket
    peak_kib: int
    canary_is: tuple[str, int, int] = ("", 0, 0)

    def __post_init__(self) -> None:
        """Remembers how the canary looks."""
        self.canary_is = self._look()

    def _look(self) -> tuple[str, int, int]:
        status = self.canary.stat()
        return self.canary.read_text(), status.st_mode, status.st_mtime_ns

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def harm(self) -> list[str]:
        """What harm was done."""
        found = []
        folder = self.canary.parent
        if [file.name for file in folder.iterdir()] != [self.canary.name] or self._look() != self.canary_is:
            found.append("the host's files were changed")
        if max(Counter(_forked_from_workers()).values(), default=0) > 1:  # one waits there for the next program
            found.append("a process of a program is still there")
        try:
            self.listener.accept()
            found.append("the listener was called")
        except BlockingIOError:
            pass
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - self.peak_kib > _MAX_GROWTH_KIB:
            found.append("the judge's own memory grew")
        return found


def _forked_from_workers() -> list[int]:
    """The parents of programs: of descendants of this process that are Python and were forked, where workers are started."""
    parents: dict[int, int] = {}
    commands: dict[int, bytes] = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = Path("/proc", entry, "stat").read_text(encoding="utf-8", errors="replace")
            commands[int(entry)] = Path("/proc", entry, "cmdline").read_bytes()
        except OSError:  # ended meanwhile
            continue
        parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
    found = []
    for pid, parent in parents.items():
        ancestor = parent
        while ancestor > 1 and ancestor != os.getpid():
            ancestor = parents.get(ancestor, 0)
        executable = commands.get(pid, b"").partition(b"\0")[0]
        if ancestor == os.getpid() != parent and b"python" in executable and commands[pid] == commands.get(parent):
            found.append(parent)
    return found


class _Battery:
    #: Whether the backend promises that no harm is done.  Where it does not, programs whose aim is harm are left out: they
    #: would kill processes of the user, write to files and leave memory behind.
    isolates = True

    @pytest.fixture
    def host(self, tmp_path: Path) -> Iterator[Host]:
        """A canary and a listener on the loopback."""
        canary = tmp_path / "canary"
        canary.write_text("untouched")
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            listener.setblocking(False)
            yield Host(canary, listener, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    def assert_none_gains(self, sandbox: Sandbox, host: Host, task: Task, programs: list[BatteryProgram]) -> None:
        chosen = [program for program in programs if self.isolates or not program.isolated_only]
        aimed = [(program, program.aimed(os.fspath(host.canary), host.port)) for program in chosen]
        assert judge_each(sandbox, task, aimed) == {}
        if self.isolates:
            assert host.harm() == []


class HostilePrograms(_Battery):
    """None is paid for calls or by test code, none is mistaken for a failure of the machinery, and none does harm."""

    @pytest.mark.parametrize("family", families("calls"))
    def test_none_is_paid_for_its_calls(self, sandbox: Sandbox, host: Host, family: str) -> None:
        self.assert_none_gains(sandbox, host, CALLS, hostile("calls", family))

    @pytest.mark.parametrize("family", families("calls"))
    def test_none_is_paid_by_test_statements(self, sandbox: Sandbox, host: Host, family: str) -> None:
        self.assert_none_gains(sandbox, host, STATEMENTS_OF_F, hostile("calls", family))

    @pytest.mark.parametrize("family", families("statements"))
    def test_no_object_is_paid_by_test_statements(self, sandbox: Sandbox, host: Host, family: str) -> None:
        self.assert_none_gains(sandbox, host, BOX, hostile("statements", family))


class HostileStdin(_Battery):
    """No whole program is paid for what it prints unless it is the answer."""

    @pytest.mark.parametrize("family", families("stdin"))
    def test_none_is_paid_for_what_it_prints(self, sandbox: Sandbox, host: Host, family: str) -> None:
        self.assert_none_gains(sandbox, host, STDIN, hostile("stdin", family))


class HostileCanaries(_Battery):
    """No program is paid for a canary, for which nothing honest is paid either: a reward would prove a hole."""

    @pytest.mark.parametrize("task", [CALLS, STDIN], ids=lambda task: task.task_id)
    def test_none_is_paid_for_a_task_that_contradicts_itself(self, sandbox: Sandbox, host: Host, task: Task) -> None:
        programs = [one for one in HOSTILE if one.mode == task.task_id and (self.isolates or not one.isolated_only)]
        played = [(kind, program) for program in programs for kind in KINDS]
        rewards, infos = self.play(sandbox, host, task, played)
        found = zip(played, rewards, infos, strict=True)
        assert [(kind, one.name, reward, info["verdict"]) for (kind, one), reward, info in found if _is_proof(reward, info)] == []
        if self.isolates:
            assert host.harm() == []

    def play(
        self, sandbox: Sandbox, host: Host, task: Task, played: list[tuple[str, BatteryProgram]]
    ) -> tuple[list[float], list[Info]]:
        """Takes one step of one environment for each program, all in one batch over the sandbox."""
        row = task_to_dict(dataclasses.replace(task, limits=BRIEF))
        envs = gym.make_vec("rlvr/CodeImpossible-v0", num_envs=len(played), tasks=[row])
        assert isinstance(envs, TextVectorEnv)
        for env in envs.envs:
            assert isinstance(env.unwrapped, CodeImpossibleEnv)
            env.unwrapped.sandbox = sandbox  # of this class's backend, and boxed where that isolates nothing
        try:
            envs.reset(seed=0, options={"task_id": [f"impossible/{kind}/{task.task_id}" for kind, _ in played]})
            sources = [program.aimed(os.fspath(host.canary), host.port) for _, program in played]
            _, rewards, _, _, infos = envs.step([f"````python\n{source}\n````" for source in sources])
        finally:
            envs.close()
        return rewards.tolist(), list(infos["infos"])


def _is_proof(reward: float, info: Info) -> bool:
    """Whether a step shows a hole: a reward, a failure of the machinery, or a sample that would be trained on."""
    return reward != 0.0 or info["is_success"] or info["trainable"] or info["verdict"] == Verdict.INFRA_ERROR.value


class HonestPrograms:
    """Right programs are right, however they are written."""

    def assert_paid(self, sandbox: Sandbox, task: Task, program: BatteryProgram) -> None:
        judgement = judge(sandbox, dataclasses.replace(task, limits=AMPLE), program.text).judgement
        assert judgement.verdict is Verdict.SOLVED, judgement

    @pytest.mark.parametrize("program", honest("calls"), ids=lambda program: program.name)
    def test_it_is_paid_for_its_calls(self, sandbox: Sandbox, program: BatteryProgram) -> None:
        self.assert_paid(sandbox, CALLS, program)

    @pytest.mark.parametrize("program", honest("calls"), ids=lambda program: program.name)
    def test_it_is_paid_by_test_statements(self, sandbox: Sandbox, program: BatteryProgram) -> None:
        self.assert_paid(sandbox, STATEMENTS_OF_F, program)

    @pytest.mark.parametrize("program", honest("stdin"), ids=lambda program: program.name)
    def test_it_is_paid_for_what_it_prints(self, sandbox: Sandbox, program: BatteryProgram) -> None:
        self.assert_paid(sandbox, STDIN, program)

    @pytest.mark.parametrize("program", honest("statements"), ids=lambda program: program.name)
    def test_its_objects_are_paid_by_test_statements(self, sandbox: Sandbox, program: BatteryProgram) -> None:
        self.assert_paid(sandbox, BOX, program)
