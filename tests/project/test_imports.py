"""The direction of imports, read from the source of every module.

A module further down the list may import those it names; nothing imports upwards, lazily or not.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOUNDATION = {"errors", "info", "spaces", "_naming", "_numbers", "_records", "_bounds", "_usage", "facts"}
FOUR = {"parsing", "sandbox", "tasks", "verifiers"}

#: Part of rlvr_envs -> other parts that it may import, beside the foundation.
MAY_IMPORT: dict[str, set[str]] = {
    "parsing": set(),
    "sandbox": set(),
    "tasks": {"parsing", "sandbox"},
    "verifiers": {"parsing", "tasks", "sandbox"},
    "rendering": FOUR,
    "episode": set(),
    "core": {"episode", *FOUR},
    "credit": set(),
    "wrappers": {"credit", "rendering", *FOUR},
    "showing": {"credit", "sandbox"},
    "vector": {"core", "episode", "wrappers"},
    "registration": set(),
    "making": {"registration", "wrappers"},
    "envs": {"core", "episode", "rendering", *FOUR},
    "testing": {"core", "episode", "vector", "registration", "tasks", "wrappers"},
    "adapters": {"core", "vector", "registration", "wrappers", "testing"},
    "audit": {"core", "envs", *FOUR},
    "cli": {"core", "showing", "vector", "registration", "wrappers", "envs", "adapters", "testing", "audit", *FOUR},
}
#: What the foundation's own modules may import of each other.
FOUNDATION_MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "_naming": {"errors"},
    "_numbers": set(),
    "_usage": {"errors"},
    "_records": {"errors"},
    "spaces": {"errors"},
    "facts": {"errors"},
    "info": {"errors", "_records"},
    "_bounds": {"errors", "_records", "info"},
}


@dataclass(frozen=True)
class Import:
    """One imported name; ``lazy`` when it is inside a function or only for type checkers."""

    module: str
    target: str
    line: int
    lazy: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def modules_of(package: str) -> dict[str, Path]:
    """Dotted names and files of a package of this project."""
    files = sorted((ROOT / package).rglob("*.py"))
    names = {file: ".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files}
    return {name.removesuffix(".__init__"): file for file, name in names.items()}


def imports_of(module: str, file: Path) -> list[Import]:
    found: list[Import] = []

    def visit(node: ast.AST, lazy: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                found.extend(Import(module, alias.name, child.lineno, lazy) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                if child.level:
                    package = module.split(".") if file.stem == "__init__" else module.split(".")[:-1]
                    base = ".".join([*package[: len(package) - child.level + 1], base]).rstrip(".")
                found.extend(Import(module, f"{base}.{alias.name}", child.lineno, lazy) for alias in child.names)
            is_type_checking = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            visit(child, lazy or is_type_checking or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)))

    visit(ast.parse(file.read_text(encoding="utf-8")), lazy=False)
    return found


def all_imports(package: str) -> list[Import]:
    return [entry for module, file in modules_of(package).items() for entry in imports_of(module, file)]


def part(dotted: str) -> str:
    """``rlvr_envs.tasks.format`` belongs to the part ``tasks``."""
    return dotted.split(".")[1] if dotted.count(".") else ""


def test_every_part_of_the_suite_has_a_place_in_the_order() -> None:
    parts = {part(module) for module in modules_of("rlvr_envs")} - {""}
    assert parts <= {*MAY_IMPORT, *FOUNDATION}


def test_parts_import_only_what_lies_below_them() -> None:
    wrong = []
    for entry in all_imports("rlvr_envs"):
        source, target = part(entry.module), part(entry.target)
        if not entry.target.startswith("rlvr_envs.") or source in ("", target):
            continue
        allowed = FOUNDATION_MAY_IMPORT[source] if source in FOUNDATION else FOUNDATION | MAY_IMPORT[source]
        if target not in allowed:
            wrong.append(str(entry))
    assert wrong == []


def test_importing_the_suite_registers_and_nothing_else() -> None:
    targets = {entry.target.split(".")[1] for entry in all_imports("rlvr_envs") if entry.module == "rlvr_envs" and not entry.lazy}
    assert targets == {"registration"}


def test_the_suite_needs_only_gymnasium_and_numpy_at_module_level() -> None:
    allowed = {"gymnasium", "numpy", "rlvr_envs", *sys.stdlib_module_names}
    wrong = [str(e) for e in all_imports("rlvr_envs") if not e.lazy and e.target.split(".")[0] not in allowed]
    assert wrong == []


@pytest.mark.parametrize(
    ("package", "above"),
    [("rlvr_envs", {"rlvr_train", "benchmarks", "examples", "tests"}), ("rlvr_train", {"benchmarks", "examples", "tests"})],
)
def test_a_package_never_imports_the_ones_above_it(package: str, above: set[str]) -> None:
    # The command line is the one door between the two: it offers `train` when the trainer is installed.
    wrong = [
        str(e)
        for e in all_imports(package)
        if e.target.split(".")[0] in above and not (e.module == "rlvr_envs.cli" and e.target.startswith("rlvr_train.command"))
    ]
    assert wrong == []


def test_code_that_runs_inside_the_sandbox_imports_the_standard_library_alone() -> None:
    own = {file.stem for file in (ROOT / "rlvr_envs" / "sandbox" / "guest").glob("*.py")}
    guest = [e for e in all_imports("rlvr_envs") if e.module.startswith("rlvr_envs.sandbox.guest")]
    wrong = [
        str(e)
        for e in guest
        if e.target.split(".")[0] not in {*sys.stdlib_module_names, *own} and not e.target.startswith("rlvr_envs.sandbox.guest")
    ]
    assert own, "the guest's folder has moved; this test looks in the wrong place"
    assert wrong == []


def test_only_one_module_imports_private_names_of_trl() -> None:
    imported = [e for e in all_imports("rlvr_train") if e.target.split(".")[0] == "trl"]
    wrong = [
        str(e) for e in imported if e.module != "rlvr_train._trl" and any(p.startswith("_") for p in e.target.split(".")[1:])
    ]
    assert imported
    assert wrong == []


def test_only_one_module_imports_below_the_top_of_vllm() -> None:
    imported = [e for e in all_imports("rlvr_train") if e.target.split(".")[0] == "vllm"]
    assert [str(e) for e in imported if e.module != "rlvr_train._vllm" and e.target.count(".") > 1] == []


def private_names_of_trl_trainers() -> set[str]:
    """Private methods and attributes of TRL's GRPO trainer, read from its source without importing it."""
    spec = importlib.util.find_spec("trl")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("trl is not installed: pip install 'rlvr[train]'")
    folder = Path(spec.submodule_search_locations[0]) / "trainer"
    names = set()
    for file in (folder / "grpo_trainer.py", folder / "base_trainer.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                names.add(node.attr)
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


def trainer_classes(module: str, file: Path) -> list[ast.ClassDef]:
    """Classes whose base comes from TRL, directly or by way of ``rlvr_train._trl``."""
    from_trl = {e.target.rsplit(".", 1)[1] for e in imports_of(module, file) if e.target.startswith(("trl.", "rlvr_train._trl."))}
    classes = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.ClassDef)]
    return [node for node in classes if any(isinstance(base, ast.Name) and base.id in from_trl for base in node.bases)]


def test_only_one_module_reaches_into_trl_trainers() -> None:
    private = private_names_of_trl_trainers()
    classes = {(module, node) for module, file in modules_of("rlvr_train").items() for node in trainer_classes(module, file)}
    wrong = []
    for module, trainer in classes:
        for node in ast.walk(trainer):
            name = node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.FunctionDef) else ""
            if name in private and module != "rlvr_train._trl":
                wrong.append(f"{module}:{node.lineno} uses {name}")
    assert len(private) > 5
    assert len(classes) > 1
    assert wrong == []
