"""What every module keeps to: its size, its name, its public names, and what importing it loads."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("rlvr_envs", "rlvr_train", "benchmarks", "examples")
CODE = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
PACKAGES = [file for file in CODE if file.parts[len(ROOT.parts)] in ("rlvr_envs", "rlvr_train")]


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_modules_are_short() -> None:
    lines = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in CODE}
    assert {name: n for name, n in lines.items() if n > 400} == {}
    assert median(lines.values()) <= 200


def test_modules_of_tests_are_short_too() -> None:
    files = [file for file in sorted((ROOT / "tests").rglob("*.py")) if "programs" not in file.parts]
    lines = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert len(lines) > 100
    assert {name: n for name, n in lines.items() if n > 400} == {}


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for file in CODE
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and (node.end_lineno or 0) - node.lineno + 1 > 70
    ]
    assert long == []


def test_names_say_what_a_module_holds() -> None:
    empty_names = {"utils", "util", "helpers", "common", "misc"}
    assert [str(file) for file in CODE if file.stem in empty_names] == []


def test_packages_are_marked_as_typed() -> None:
    assert (ROOT / "rlvr_envs" / "py.typed").is_file()
    assert (ROOT / "rlvr_train" / "py.typed").is_file()


def with_public_list(file: Path) -> bool:
    return any(
        isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)
        for node in ast.parse(file.read_text(encoding="utf-8")).body
    )


@pytest.mark.parametrize("name", [dotted(file) for file in PACKAGES if with_public_list(file)])
def test_every_name_in_a_public_list_exists(name: str) -> None:
    if name.startswith("rlvr_train"):
        pytest.importorskip("torch", reason="needs the extra `train`")
    module = importlib.import_module(name)
    assert [public for public in module.__all__ if not hasattr(module, public)] == []
    assert len(set(module.__all__)) == len(module.__all__)


HEAVY = ("torch", "transformers", "trl", "datasets", "docker", "typer", "rich", "ray", "vllm", "matplotlib")


@pytest.mark.parametrize("module", ["rlvr_envs", "rlvr_envs.envs.code", "rlvr_envs.testing", "rlvr_envs.cli", "rlvr_train"])
def test_importing_loads_no_optional_dependency(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & {set(HEAVY)!r}))"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (shown.stderr, shown.stdout.strip()) == ("", "")


def test_gymnasium_registers_the_suite_by_its_own_call() -> None:
    code = "import gymnasium as gym, rlvr_envs; gym.register_envs(rlvr_envs); print('rlvr/Code-v0' in gym.registry)"
    shown = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (shown.stderr, shown.stdout.strip()) == ("", "True")
