"""A run from a file, with fields overridden on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from transformers import AutoModelForCausalLM

from rlvr_envs.wrappers import parse_recipe
from rlvr_train.command import main
from rlvr_train.run_file import RunArguments


@pytest.fixture
def config(tmp_path: Path, model_folder: Path, options: Any) -> Path:
    fields = options(max_steps=1)
    del fields["report_to"]
    fields |= {
        "model": str(model_folder),
        "env_id": "rlvr/Echo-v0",
        "env_kwargs": {"length": 2},
        "wrappers": ["PassFraction", {"name": "LengthPenalty", "free_chars": 10, "rate": 0.01}],
        "report_to": "none",
    }
    path = tmp_path / "run.yaml"
    path.write_text(yaml.safe_dump(fields))
    return path


def test_file_and_command_line_make_one_run(config: Path, tmp_path: Path) -> None:
    output = tmp_path / "elsewhere"
    assert main([str(config), "--output_dir", str(output), "--env_kwargs", '{"length": 1}', "--credit_lambda", "0.25"]) == 0
    run = json.loads((output / "run.json").read_text())
    assert run["env_kwargs"] == {"length": 1}
    assert run["wrappers"][1]["name"] == "LengthPenalty"
    assert run["config"]["credit_lambda"] == 0.25
    line = json.loads((output / "metrics.jsonl").read_text().splitlines()[0])
    assert "reward_terms/length" in line
    AutoModelForCausalLM.from_pretrained(output)


def test_unknown_field_in_the_file_is_an_error(config: Path) -> None:
    config.write_text(config.read_text() + "\nlerning_rate: 1\n")
    with pytest.raises(ValueError, match="lerning_rate"):
        main([str(config)])


def test_a_recipe_may_be_a_preset_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("- PassFraction\n- {name: LengthPenalty, free_chars: 1, rate: 0.1}\n")
    found = [RunArguments(model="m", wrappers=wrappers).recipe for wrappers in ("dense+credit", str(path), "[PassFraction]")]
    steps = parse_recipe("dense+credit").to_plain()
    assert found == [steps, [{"name": "PassFraction"}, {"name": "LengthPenalty", "free_chars": 1, "rate": 0.1}], ["PassFraction"]]


@pytest.mark.parametrize(
    ("wrappers", "text"),
    [
        ("PassFraction", r"wrappers: unknown preset 'PassFraction'.* A wrapper alone is \['PassFraction'\]"),
        ("nowhere.yaml", "wrappers must be a file that can be read, got 'nowhere.yaml': No such file"),
        ("3", "wrappers must be a list or text as YAML or JSON, got '3'"),
    ],
)
def test_what_is_no_recipe_is_an_error(config: Path, wrappers: str, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        main([str(config), "--wrappers", wrappers])
