"""What holds for every test: no network, reproducible properties, marks that skip with a reason, required marks.

``RLVR_REQUIRE`` (names of marks, with commas between) turns a skip of such a test into a failure: where everything is
installed, a test that cannot run is a fault and not an absence.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# Before any library reads them: nothing is fetched from a hub, and two workers do not fight for two cores.
os.environ.update({"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"})
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# No deadline, as a busy machine is no failure; drawn anew by a developer, the same everywhere else.
settings.register_profile("rlvr", deadline=None, derandomize="CI" in os.environ, database=None)
settings.load_profile("rlvr")

REQUIRED = frozenset(filter(None, os.environ.get("RLVR_REQUIRE", "").split(",")))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of published data sets, from ``RLVR_DATA``."""
    folder = Path(os.environ.get("RLVR_DATA") or "data-folder-not-set")
    if not folder.is_dir():
        pytest.skip("RLVR_DATA names no folder with published data sets")
    return folder


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests that start vLLM on one worker: two engines at once would not fit into memory."""
    for item in items:
        if item.get_closest_marker("vllm"):
            item.add_marker(pytest.mark.xdist_group("vllm"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips what this machine cannot run, and says what would help."""
    if item.get_closest_marker("vllm") and importlib.util.find_spec("vllm") is None:
        pytest.skip("vLLM is not installed: pip install 'rlvr[vllm]'")
    if item.get_closest_marker("docker") and not _docker_answers():
        pytest.skip("no Docker daemon answers `docker info`")


def _docker_answers() -> bool:
    docker = shutil.which("docker")
    return docker is not None and subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0


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
