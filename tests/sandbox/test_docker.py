"""Backend docker: how its containers are made, what becomes of them, and of programs when the daemon goes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox import docker as docker_module
from rlvr_envs.sandbox.base import Call, Program, Sandbox, Status
from rlvr_envs.sandbox.container import connection
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.sandbox.image import DOCKERFILE, image_name, make_image
from rlvr_envs.sandbox.packages import PACKAGE_FOLDER
from tests import docker_daemon
from tests.sandbox.test_processes import BUSY, HEAD, IDLE, MAIN, MAKE_ENV, SCRIPTS, command, run_to_its_end
from tests.sandbox.watching import DOUBLE, ENDLESS, value, wait_until

FULL = dict.fromkeys(docker_module._STRONG, True)


def containers(owner: int | None = None) -> list[Any]:
    """The containers of a process, this one if none is named."""
    import docker

    label = f"rlvr.owner={os.getpid() if owner is None else owner}"
    found = []
    with connection() as client:
        for listed in client.api.containers(all=True, filters={"label": label}):
            with suppress(docker.errors.NotFound):  # gone meanwhile
                found.append(client.api.inspect_container(listed["Id"]))
    return found


def running_programs(owner: int) -> int:
    """How many containers of a process hold a program beside their zygote."""
    with connection() as client:
        running = [found["Id"] for found in containers(owner) if found["State"]["Running"]]
        return sum(len(client.api.top(container)["Processes"]) > 1 for container in running)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with make_sandbox("docker", workers=2) as sandbox:
        yield sandbox


@pytest.mark.docker
def test_its_containers_are_hardened_and_gone_after_close(sandbox: Sandbox) -> None:
    sandbox.run(DOUBLE)
    (found,) = containers()
    host, config = found["HostConfig"], found["Config"]
    assert (host["NetworkMode"], host["IpcMode"], host["ReadonlyRootfs"], host["AutoRemove"]) == ("none", "none", True, True)
    assert host["Memory"] == host["MemorySwap"] == 2048 << 20
    assert (host["NanoCpus"], host["PidsLimit"], host["CapDrop"]) == (10**9, 128, ["ALL"])
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert {"noexec", "nosuid", "nodev", "size=64m"} <= set(host["Tmpfs"]["/tmp"].split(","))
    assert not host["Privileged"]
    assert host["Binds"] is None
    assert (config["User"], config["StdinOnce"]) == ("65534:65534", True)
    sandbox.close()
    assert containers() == []


@pytest.mark.docker
def test_a_container_that_is_killed_at_random_costs_no_verdict(sandbox: Sandbox) -> None:
    rng = random.Random(7)
    killed = []

    def programs() -> Iterator[Program]:
        for i in range(200):
            if i % 50 == 49:
                # A program whose worker is killed twice before it served anything is rightly given up, so both shall be at work;
                # meanwhile nobody takes a program.
                wait_until(lambda: running_programs(os.getpid()) == 2)
                time.sleep(0.3)
                killed.append(rng.choice(sorted(found["Id"] for found in containers() if found["State"]["Running"])))
                with connection() as client:
                    client.api.kill(killed[-1])
            yield Program(f"def f(x):\n    return x + {i}", entry_point="f", calls=(Call((1000,)),))

    results = sandbox.run_many(programs())
    assert [value(result) for result in results] == [1000 + i for i in range(200)]
    assert len(killed) == 4


@pytest.mark.docker
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
@pytest.mark.parametrize("work", [BUSY, IDLE], ids=["while programs run", "between programs"])
def test_a_signal_that_ends_the_owner_ends_all_its_containers(work: str, number: int, tmp_path: Path) -> None:
    script = (HEAD + MAIN + work).replace("shared_sandbox()", "make_sandbox('docker', workers=2)")
    argv, environment = command(script, tmp_path)
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "begun\n"
        wait_until(lambda: running_programs(owner.pid) == 2 if work == BUSY else len(containers(owner.pid)) == 2)
        owner.send_signal(number)
        owner.wait()
    wait_until(lambda: containers(owner.pid) == [])


@pytest.mark.docker
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_process_of_its_own_ends_in_order(name: str, tmp_path: Path) -> None:
    script = (HEAD + MAKE_ENV + MAIN + SCRIPTS[name]).replace('"rlvr/Code-v0"', '"rlvr/Code-v0", backend="docker"')
    run_to_its_end(script.replace("shared_sandbox()", "shared_sandbox('docker')"), tmp_path)


@pytest.fixture
def daemon() -> Iterator[docker_daemon.Daemon]:
    if not docker_daemon.can_start():
        pytest.skip("only root can start a daemon of its own, where dockerd is installed")
    daemon = docker_daemon.Daemon()
    try:
        with docker_daemon.docker_host(daemon.host):
            docker_daemon.ensure_image()
            yield daemon
    finally:
        daemon.remove()


@pytest.mark.docker
def test_a_daemon_that_stops_in_the_middle_is_reported_and_got_over(daemon: docker_daemon.Daemon) -> None:
    with make_sandbox("docker", workers=2) as sandbox:
        found: list[Any] = []
        thread = threading.Thread(target=lambda: found.extend(sandbox.run_many([ENDLESS] * 3)))
        thread.start()
        wait_until(lambda: running_programs(os.getpid()) == 2)
        daemon.stop()
        thread.join()
        assert [result.status for result in found] == [Status.INFRA_ERROR] * 3
        assert all("no Docker daemon answers" in result.detail for result in found)
        assert sandbox.run(DOUBLE).status is Status.INFRA_ERROR
        daemon.start()
        assert [value(result) for result in sandbox.run_many([DOUBLE] * 4)] == [42] * 4
    assert containers() == []


def test_without_a_daemon_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("docker", reason="needs the extra `docker`")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(SandboxUnavailable, match=r"no Docker daemon answers at .*none\.sock .*DOCKER_HOST"):
        make_sandbox("docker")


def test_without_the_sdk_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docker", None)
    with pytest.raises(SandboxUnavailable, match=r"pip install 'rlvr\[docker\]'"):
        make_sandbox("docker")


@pytest.mark.docker
def test_without_the_image_the_command_that_makes_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLVR_DOCKER_IMAGE", "rlvr-sandbox:no-such-image")
    with pytest.raises(SandboxUnavailable, match=r"image 'rlvr-sandbox:no-such-image' does not exist.*`rlvr sandbox image`"):
        make_sandbox("docker")


@pytest.mark.docker
def test_an_image_with_packages_lets_programs_import_them_and_nothing_else() -> None:
    assert make_image(("numpy",)) == image_name(("numpy",))
    source = "import numpy, os\ndef f(x):\n    return float(numpy.arange(x).sum()), sorted(os.listdir(PLACE))"
    program = Program(source.replace("PLACE", repr(PACKAGE_FOLDER)), entry_point="f", calls=(Call((4,)),))
    with make_sandbox("docker", workers=1, packages=("numpy",)) as sandbox:
        total, entries = value(sandbox.run(program))  # type: ignore[misc]
        assert sandbox.report().level == "strong"
    assert total == 6.0  # 0 + 1 + 2 + 3
    assert set(entries) <= {"numpy", "numpy.libs"}


@pytest.mark.docker
def test_an_image_that_lacks_a_package_is_told_with_the_command_that_makes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLVR_DOCKER_IMAGE", image_name())
    with pytest.raises(SandboxUnavailable, match=r"No module named 'numpy'.*`rlvr sandbox image --with numpy`"):
        make_sandbox("docker", packages=("numpy",))


@pytest.mark.parametrize(("features", "level"), [(FULL, "strong"), ({**FULL, "landlock": False}, "weak"), ({}, "weak")])
def test_it_is_strong_only_with_every_measure(features: Mapping[str, bool | str], level: str) -> None:
    assert docker_module.DockerLauncher().level(features) == level


def test_the_dockerfile_puts_things_where_the_backend_looks() -> None:
    text = DOCKERFILE.read_text()
    assert f"--target {PACKAGE_FOLDER}" in text
    assert "USER 65534:65534" in text
    assert f"--tag {image_name().partition(':')[0]}:" in text
