"""Going on from a checkpoint: which one it is, and whether it belongs to the run that shall go on.

A checkpoint holds optimiser, schedule and place in the order of tasks.  They mean nothing under other tasks, another batch or
another model, so those must be the same; a run of ``rlvr train`` leaves its settings in each checkpoint.  Options that may change
on the way (learning rate, number of steps, logging) are not compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from transformers import AutoConfig, TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from rlvr_envs._usage import given
from rlvr_envs.errors import UsageError
from rlvr_train.config import RLVRConfig
from rlvr_train.run_file import Run

#: The file with the settings of a run, in its folder and in each of its checkpoints.
SETTINGS: Final = "run.json"
#: What decides which task and which group a step is about.
_ORDER: Final = (
    "seed",
    "data_seed",
    "train_tasks",
    "num_generations",
    "per_device_train_batch_size",
    "gradient_accumulation_steps",
    "steps_per_generation",
)
#: What decides the shapes of the weights.
_SHAPE: Final = ("model_type", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")


def settings(run: Run) -> dict[str, Any]:
    """Returns the settings of a run as JSON data."""
    arguments = run.arguments
    described: dict[str, Any] = {"command": ["rlvr", "train", *run.command], "model": arguments.model, "env_id": arguments.env_id}
    described |= {"env_kwargs": arguments.env_options, "wrappers": arguments.recipe, "config": run.config.to_dict()}
    plain: dict[str, Any] = json.loads(json.dumps(described, default=str))
    return plain


def write_settings(run: Run, folder: Path) -> None:
    """Writes the settings of a run into a folder."""
    (folder / SETTINGS).write_text(json.dumps(settings(run), indent=2) + "\n", encoding="utf-8")


class SettingsInCheckpoints(TrainerCallback):  # type: ignore[misc] # transformers is untyped at this border
    """Leaves the settings of a run in each of its checkpoints."""

    def __init__(self, run: Run) -> None:
        """Takes the run."""
        self._run = run

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Writes them beside the weights; the folder is there already."""
        if state.is_world_process_zero:
            write_settings(self._run, Path(args.output_dir) / f"checkpoint-{state.global_step}")


def checkpoint_of(run: Run, model: str) -> str | None:
    """Returns the checkpoint that a run goes on from, None when it begins anew.

    Args:
        run: The run; ``resume_from_checkpoint`` is a folder, or true for the last one in ``output_dir``.
        model: What the model is loaded from.

    Raises:
        UsageError: There is no such checkpoint, or it belongs to a run of other settings, or has all the steps that are wanted.
    """
    asked = run.config.resume_from_checkpoint
    if not asked or str(asked).lower() == "false":
        return None
    place, output = run.place("resume_from_checkpoint"), run.config.output_dir
    if asked is True or str(asked).lower() == "true":
        asked = get_last_checkpoint(output)
        if asked is None:
            raise UsageError(f"{place} must be false where output_dir holds no checkpoint, got true with output_dir {output!r}")
    folder = Path(str(asked))
    if not (folder / "trainer_state.json").is_file():
        raise UsageError(f"{place} must be a checkpoint (a folder with trainer_state.json) or true, got {str(asked)!r}")
    with given(place):
        state, then = _read(folder / "trainer_state.json"), _read(folder / SETTINGS)
        _check_shapes(folder, model, run.config)
        _check_settings(run, then, folder)
    step, wanted = state.get("global_step"), run.config.max_steps
    if isinstance(step, int) and 0 < wanted <= step:
        raise UsageError(f"{run.place('max_steps')} must be above {step}, the steps that {str(folder)!r} has done, got {wanted}")
    return str(folder)


def _read(path: Path) -> dict[str, Any]:
    """Returns a file of a checkpoint, nothing where there is none: only runs of ``rlvr train`` leave their settings."""
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"must hold a whole {path.name}, got {str(path)!r}: {error}") from error
    if not isinstance(found, dict):
        raise ValueError(f"must hold a mapping in {path.name}, got {str(path)!r}")
    return found


def _check_settings(run: Run, then: Mapping[str, Any], folder: Path) -> None:
    now = settings(run)
    pairs = [(name, then.get(name), now[name]) for name in ("env_id", "env_kwargs", "wrappers")]
    old, new = then.get("config", {}), now["config"]
    pairs += [(name, old.get(name), new[name]) for name in _ORDER]
    for name, before, after in pairs if then else ():
        if before != after:
            raise ValueError(
                f"must be a checkpoint of the same {name}, got {str(folder)!r} with {before!r} where this run has {after!r}; "
                f"give the run the same, or start a new one from those weights with model: {folder}"
            )


def _check_shapes(folder: Path, model: str, config: RLVRConfig) -> None:
    if not (folder / "config.json").is_file():  # an adapter, which says nothing of shapes
        return
    there, here = (AutoConfig.from_pretrained(each, trust_remote_code=config.trust_remote_code) for each in (folder, model))
    for name in _SHAPE:
        before, after = (getattr(each.get_text_config(), name, None) for each in (there, here))
        if before != after:
            raise ValueError(
                f"must be a checkpoint of the same model, got {str(folder)!r} with {name} {before!r} where model has {after!r}"
            )
