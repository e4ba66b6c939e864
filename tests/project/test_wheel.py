"""The wheel: what is in it, and that it works beside nothing but Gymnasium and NumPy."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: What `pip install rlvr` brings: the two requirements and what Gymnasium requires.
BROUGHT = ("gymnasium", "numpy", "cloudpickle", "typing_extensions", "farama-notifications")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="needs the extra `dev`")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_holds_the_two_packages_and_their_type_marks_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"rlvr_envs", "rlvr_train", "rlvr-0.1.0.dist-info"}
    assert {"rlvr_envs/py.typed", "rlvr_train/py.typed"} <= set(names)
    assert [name for name in names if "__pycache__" in name] == []


def test_requires_gymnasium_and_numpy_alone(wheel: Path) -> None:
    metadata = zipfile.ZipFile(wheel).read("rlvr-0.1.0.dist-info/METADATA").decode()
    required = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert [line.split(">=")[0] for line in required] == ["Requires-Dist: gymnasium", "Requires-Dist: numpy"]


@pytest.fixture(scope="module")
def bare_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that sees the installed wheel and what it requires, and nothing else of this environment."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in BROUGHT:
        distribution = importlib.metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}:
            (packages / top).symlink_to(Path(str(distribution.locate_file(top))))
    return python


def run(python: Path, code: str, folder: Path) -> str:
    shown = subprocess.run([python, "-W", "error", "-I", "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    return shown.stdout.strip()


def test_an_episode_runs_beside_nothing_but_the_requirements(bare_python: Path, tmp_path: Path) -> None:
    code = """
import gymnasium as gym, rlvr_envs
env = gym.make("rlvr/Code-v0")
env.reset(seed=0)
observation, reward, terminated, truncated, info = env.step("```python\\n" + env.unwrapped.task.reference + "\\n```")
print(rlvr_envs.__file__.split("/")[-3], reward, info["verdict"])
"""
    assert run(bare_python, code, tmp_path) == "site-packages 1.0 solved"


def test_the_command_line_names_the_extra_that_it_needs(bare_python: Path, tmp_path: Path) -> None:
    command = [bare_python.parent / "rlvr", "list"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert shown.returncode == 2
    assert shown.stderr.endswith("is not installed; install it with: pip install 'rlvr[cli]'\n")
    assert shown.stderr.count("\n") == 1
