"""What holds for every test: no network, reproducible properties, marks that skip with a reason, required marks.

``RLVR_REQUIRE`` (names of marks, with commas between) turns a skip of such a test into a failure: where everything is
installed, a test that cannot run is a fault and not an absence.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from rlvr_envs.errors import SandboxUnavailable
from rlvr_envs.sandbox.base import Sandbox
from rlvr_envs.sandbox.factory import make_sandbox

# Before any library reads them: nothing is fetched from a hub, and two workers do not fight for two cores.
os.environ.update({"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"})
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# No deadline, as a busy machine is no failure; drawn anew by a developer, the same everywhere else.
settings.register_profile("rlvr", deadline=None, derandomize="CI" in os.environ, database=None)
settings.load_profile("rlvr")

_docker: dict[pytest.Config, str] = {}

REQUIRED = frozenset(filter(None, os.environ.get("RLVR_REQUIRE", "").split(",")))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of published data sets, from ``RLVR_DATA``."""
    folder = Path(os.environ.get("RLVR_DATA") or "data-folder-not-set")
    if not folder.is_dir():
        pytest.skip("RLVR_DATA names no folder with published data sets")
    return folder


@pytest.fixture(scope="module")
def auto_sandbox() -> Iterator[Sandbox]:
    """The strongest sandbox of this machine with one worker, shared by the tests of a module."""
    try:
        made = make_sandbox("auto", workers=1)
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    with made:
        yield made


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests that start vLLM on one worker, as two engines would not fit into memory, and so those of one daemon."""
    for item in items:
        for name in ("vllm", "docker"):
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.xdist_group(name))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips what this machine cannot run, and says what would help."""
    if item.get_closest_marker("vllm") and importlib.util.find_spec("vllm") is None:
        pytest.skip("vLLM is not installed: pip install 'rlvr[vllm]'")
    if item.get_closest_marker("docker") and (reason := _missing_docker(item.config)):
        pytest.skip(reason)


def _missing_docker(config: pytest.Config) -> str:
    """Returns why no Docker daemon can be had, "" if one answers: the environment's, else one started for this process."""
    if config not in _docker:
        _docker[config] = _start_docker(config)
    return _docker[config]


def _start_docker(config: pytest.Config) -> str:
    if importlib.util.find_spec("docker") is None:
        return "the Docker SDK is not installed: pip install 'rlvr[docker]'"
    from tests import docker_daemon

    if not docker_daemon.answers():
        if not docker_daemon.can_start():
            return (
                "no Docker daemon answers, and one is started only by root where dockerd is installed; DOCKER_HOST may name one"
            )
        daemon = docker_daemon.Daemon()
        config.add_cleanup(daemon.remove)
        os.environ["DOCKER_HOST"] = daemon.host
    docker_daemon.ensure_image()
    return ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fails a skipped test whose mark is required here."""
    report = yield
    required = REQUIRED & {mark.name for mark in item.iter_markers()}
    if report.skipped and not hasattr(report, "wasxfail") and required:
        report.outcome = "failed"
        report.longrepr = f"skipped, but RLVR_REQUIRE names {', '.join(sorted(required))}: {report.longreprtext}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fails a module that skips itself for the lack of what is required here."""
    report = yield
    missing = sorted(name for name in REQUIRED if name in str(report.longrepr))
    if report.skipped and missing:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid}: skipped, but RLVR_REQUIRE names {', '.join(missing)}: {report.longrepr}"
    return report
