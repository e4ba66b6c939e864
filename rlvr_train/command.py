"""``rlvr train CONFIG.yaml [--FIELD VALUE ...]``: one training run from a file, a command line, or both.

The file is a YAML mapping of fields of :class:`RunArguments` and :class:`rlvr_train.RLVRConfig`, in TRL's style: a field on the
command line wins over the file, and the file's key ``env`` (reserved by TRL) sets environment *variables*.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from trl import TrlParser

from rlvr_train.config import RLVRConfig
from rlvr_train.models import resolve_model
from rlvr_train.trainer import RLVRTrainer


@dataclass
class RunArguments:
    """What is trained on what.

    Attributes:
        model: Folder, hub id or ``package:NAME`` of a causal language model with a chat template.
        env_id: Id of a registered environment.
        env_kwargs: Options of the environment; a mapping, on the command line as YAML or JSON.
        wrappers: Recipe of wrappers; a list, on the command line as YAML or JSON.
    """

    model: str = field(metadata={"help": "Folder, hub id or package:NAME of a causal language model."})
    env_id: str = field(default="rlvr/Code-v0", metadata={"help": "Id of a registered environment."})
    env_kwargs: str = field(default="{}", metadata={"help": "Options of the environment, as YAML or JSON."})
    wrappers: str = field(default="[]", metadata={"help": "Recipe of wrappers, innermost first, as YAML or JSON."})

    def __post_init__(self) -> None:
        """Reads the fields that are data; the file gives them as data, the command line as text.

        Raises:
            ValueError: ``env_kwargs`` is no mapping or ``wrappers`` no list.
        """
        self.env_options: dict[str, Any] = _data("env_kwargs", self.env_kwargs, dict)
        self.recipe: list[Any] = _data("wrappers", self.wrappers, list)


def main(argv: Sequence[str] | None = None) -> int:
    """Trains, saves the model and the options, and returns the exit status.

    Args:
        argv: Arguments after ``rlvr train``; those of the process when None.  A first argument that is no flag is the file.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and not arguments[0].startswith("-"):
        arguments = ["--config", *arguments]
    run, config = TrlParser((RunArguments, RLVRConfig), prog="rlvr train").parse_args_and_config(arguments)
    trainer = RLVRTrainer(
        model=resolve_model(run.model), env=run.env_id, env_kwargs=run.env_options, wrappers=run.recipe, args=config
    )
    try:
        trainer.train(resume_from_checkpoint=config.resume_from_checkpoint)
        trainer.save_model()
    finally:
        trainer.close()
    if trainer.accelerator.is_main_process:
        described = {"command": ["rlvr", "train", *arguments], "model": run.model, "env_id": run.env_id}
        described |= {"env_kwargs": run.env_options, "wrappers": run.recipe, "config": config.to_dict()}
        path = Path(config.output_dir) / "run.json"
        path.write_text(json.dumps(described, indent=2, default=str) + "\n", encoding="utf-8")
    return 0


def _data(name: str, value: Any, kind: type) -> Any:
    data = yaml.safe_load(value) if isinstance(value, str) else value
    if not isinstance(data, kind):
        raise ValueError(f"{name} must be a {kind.__name__} as YAML or JSON, got {value!r}")
    return data
