"""Third-party packages for programs: the named ones, on every backend, and nothing else of site-packages."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr_envs.errors import PackageMissing, SandboxUnavailable
from rlvr_envs.sandbox.base import Call, Program, Sandbox, Status
from rlvr_envs.sandbox.factory import make_sandbox
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.sandbox.packages import find_packages

USE = """
import sys
import numpy
import numpy.linalg
loaded = "numpy" in sys.modules
def f(x):
    return float(numpy.linalg.det(numpy.eye(x) * 2)), loaded
"""
MISSING = "def f(x):\n    import pytest"
NEIGHBOUR = "def f(x):\n    return open(x).read(9)"
OWN = "import numpy\ndef f(x):\n    return 'import' in open(numpy.__file__).read()"
TOO_LARGE = "import numpy\ndef f(x):\n    return float(numpy.ones(x << 20).sum())"


@pytest.fixture(scope="module", params=["bwrap", "direct"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with make_sandbox(request.param, workers=1, packages=("numpy",)) as sandbox:
        yield sandbox


def ask(sandbox: Sandbox, source: str, argument: object, **limits: float) -> object:
    result = sandbox.run(Program(source, entry_point="f", calls=(Call((argument,)),), limits=Limits().replace(limits)))
    assert result.status is Status.OK, result
    item = result.results[0]
    return item.value if item.status is Status.OK else item.raised.type if item.raised else item.status


def test_a_named_package_works_and_is_loaded_before_the_program(sandbox: Sandbox) -> None:
    determinant, loaded = ask(sandbox, USE, 3)  # type: ignore[misc]
    assert determinant == pytest.approx(8.0)  # 2 * 2 * 2
    assert loaded is True


def test_other_packages_are_neither_importable_nor_readable(sandbox: Sandbox) -> None:
    assert ask(sandbox, MISSING, 0) == "ModuleNotFoundError"
    (numpy,) = find_packages(("numpy",))
    neighbour = os.path.join(numpy.folder, "pytest", "__init__.py")
    assert Path(neighbour).is_file()
    assert ask(sandbox, NEIGHBOUR, neighbour) in ("FileNotFoundError", "PermissionError")
    assert ask(sandbox, OWN, 0) is True


def test_the_default_memory_suffices_for_numpy_and_still_bounds_it(sandbox: Sandbox) -> None:
    assert ask(sandbox, TOO_LARGE, 10) == float(10 << 20)  # 80 MiB
    assert ask(sandbox, TOO_LARGE, 100) in ("MemoryError", "_ArrayMemoryError")  # 800 MiB


def test_a_package_is_its_folder_and_the_libraries_that_its_wheel_brought() -> None:
    (numpy,) = find_packages(("numpy",))
    spec = importlib.util.find_spec("numpy")
    assert spec is not None
    assert numpy.paths[0] == os.path.dirname(os.path.realpath(str(spec.origin)))
    assert {os.path.basename(path) for path in numpy.paths} <= {"numpy", "numpy.libs"}


def test_a_single_file_is_a_package_too() -> None:
    (found,) = find_packages(("typing_extensions",))
    assert [os.path.basename(path) for path in found.paths] == ["typing_extensions.py"]


@pytest.mark.parametrize("name", ["sys", "no_such_package"])
def test_what_has_no_files_is_refused(name: str) -> None:
    with pytest.raises(PackageMissing, match=f"packages must hold .*got '{name}'.*leave it out"):
        find_packages((name,))


def test_a_package_that_needs_another_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "needy.py").write_text("import needed_by_needy")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SandboxUnavailable, match="No module named 'needed_by_needy'"):
        make_sandbox("direct", workers=1, packages=("needy",))
