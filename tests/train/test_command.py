"""A run from a file, with fields overridden on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from transformers import AutoModelForCausalLM

from rlvr_train.command import main


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


def test_recipe_that_is_no_list_is_an_error(config: Path) -> None:
    with pytest.raises(ValueError, match="wrappers must be a list"):
        main([str(config), "--wrappers", "PassFraction"])
