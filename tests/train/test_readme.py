"""The README's training block and the example configuration, on a tiny model."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from transformers import AutoModelForCausalLM

from rlvr_train.command import main

ROOT = Path(__file__).parents[2]
MODEL_ID = "HuggingFaceTB/SmolLM2-135M-Instruct"


@pytest.fixture
def roomy_model(model_folder: Path, tmp_path: Path) -> Path:
    """The tiny model with room for a prompt of Code-v0 in its small vocabulary."""
    folder = tmp_path / "model"
    shutil.copytree(model_folder, folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 2048}))
    return folder


def test_readme_trains_and_saves(roomy_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    (code,) = (block for block in blocks if "RLVRTrainer(" in block)
    for old, new in {
        f'"{MODEL_ID}"': repr(str(roomy_model)),
        "use_vllm=True": "use_cpu=True, bf16=False, max_completion_length=8, disable_tqdm=True, report_to=[]",
        "max_steps=20": "max_steps=1",
    }.items():
        assert old in code
        code = code.replace(old, new)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)
    names["trainer"].close()  # type: ignore[attr-defined]
    assert "pass_fraction" in (tmp_path / "runs/first/metrics.jsonl").read_text()
    AutoModelForCausalLM.from_pretrained(tmp_path / "runs/first")


def test_example_configuration_trains(roomy_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = ROOT / "examples" / "train.yaml"
    assert yaml.safe_load(config.read_text())["model"] == MODEL_ID
    small = ["--max_steps", "1", "--use_vllm", "false", "--use_cpu", "true", "--bf16", "false", "--max_completion_length", "8"]
    assert main([str(config), "--model", str(roomy_model), "--report_to", "none", *small]) == 0
    assert len((tmp_path / "runs/example/episodes.jsonl").read_text().splitlines()) == 32
