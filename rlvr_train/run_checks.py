"""What a run needs of the machine, looked at before it starts: environment, model, folders, libraries.

Each is tried in the way in which the trainer will use it, where that takes seconds, so that a mistake is told with the name of
its field before the weights are loaded.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

import gymnasium as gym
import transformers
from safetensors import SafetensorError, safe_open
from transformers import AutoConfig, AutoTokenizer
from transformers.integrations import get_available_reporting_integrations
from transformers.integrations.integration_utils import INTEGRATION_TO_CALLBACK
from transformers.utils import is_liger_kernel_available

import rlvr_envs  # noqa: F401 - registers the environments
from rlvr_envs._naming import aside
from rlvr_envs._usage import given
from rlvr_envs.core import TextEnv
from rlvr_envs.errors import UsageError
from rlvr_envs.wrappers import parse_recipe
from rlvr_train.alignment import token_decoder
from rlvr_train.chat import ChatFormat
from rlvr_train.config import RLVRConfig
from rlvr_train.models import resolve_model
from rlvr_train.run_file import Run
from rlvr_train.trainer import prepare_vllm

#: Options of ``gym.make_vec`` that the trainer sets itself.
_TRAINERS: Final = (
    "id",
    "env_id",
    "num_envs",
    "recipe",
    "disable_env_checker",
    "vectorization_mode",
    "vector_kwargs",
    "wrappers",
)


def check_run(run: Run) -> str:
    """Refuses a run that could not start on this machine, and returns what its model is loaded from.

    Raises:
        UsageError: The text names the field.
    """
    with given(run.place("output_dir")):
        _check_folder(run.config.output_dir)
    _check_reports(run)
    with given(run.place("use_vllm")):
        prepare_vllm(run.config)
    if run.config.use_liger_kernel and not is_liger_kernel_available():  # TRL asks for it when training has begun
        raise UsageError(f"{run.place('use_liger_kernel')} must be false where liger-kernel is not installed, got true")
    _check_environment(run)
    with given(run.place("model")):
        model = resolve_model(run.arguments.model)
    with given(run.place("model"), (OSError, ValueError)):
        _check_model(model, run.config)
    return model


def _check_folder(folder: str) -> None:
    """Makes the folder, and a file in it for a moment."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ValueError(f"must be a folder that can be made and written to, got {folder!r}: {error.strerror}") from error


def _check_reports(run: Run) -> None:
    """Refuses reports to a library that is unknown or not installed."""
    asked = run.config.report_to or []
    for name in [asked] if isinstance(asked, str) else asked:
        if name not in INTEGRATION_TO_CALLBACK:
            known = ("none", "all", *INTEGRATION_TO_CALLBACK)
            rule = f"must be among {', '.join(known)}, got {name!r}{aside(name, known)}"
            raise UsageError(f"{run.place('report_to')} {rule}")
        # Flyte alone is in the first list and never in the second.
        if name not in (*get_available_reporting_integrations(), "flyte"):
            raise UsageError(
                f"{run.place('report_to')} must name libraries that are installed, got {name!r}; install it, or leave it out"
            )


def _check_environment(run: Run) -> None:
    """Makes one environment with its wrappers and draws a task; what it needs most, sandbox and tasks, the trainer's share."""
    env_id, options, recipe = run.arguments.env_id, run.arguments.env_options, run.arguments.recipe
    with given(run.place("wrappers")):
        steps = parse_recipe(recipe, name="wrappers")
    for name in _TRAINERS:
        if name in options:
            raise UsageError(f"{run.place('env_kwargs')} must not hold {name!r}, which the trainer sets")
    with given(run.place("env_kwargs")), given(run.place("env_id"), (gym.error.Error, ModuleNotFoundError)):
        env: Any = gym.make(env_id, disable_env_checker=True, **options)
    try:
        if not isinstance(env.unwrapped, TextEnv) or env.spec is None or env.spec.vector_entry_point is None:
            raise UsageError(
                f"{run.place('env_id')} must be a text environment that is registered with "
                f"vector_entry_point='rlvr_envs.vector:{env_id}', got {env_id!r}; `rlvr list` shows those of this package"
            )
        for index, step in enumerate(steps.steps):
            with given(f"{run.place('wrappers')}[{index}]"):
                env = parse_recipe([step]).wrap(env)
        with given(run.place("env_kwargs")):
            env.reset(seed=run.config.seed)
    finally:
        env.close()


def _check_model(source: str, config: RLVRConfig) -> None:
    """Reads all of a model but its weights, of which only the headers."""
    init = config.model_init_kwargs or {}
    remote = {"trust_remote_code": bool(init.get("trust_remote_code", config.trust_remote_code))}
    if "revision" in init:
        remote["revision"] = init["revision"]
    found = AutoConfig.from_pretrained(source, **remote)
    names = found.architectures or []
    kind = getattr(transformers, names[0], None) if names else None
    if not names or (isinstance(kind, type) and not getattr(kind, "can_generate", bool)()):
        raise ValueError(f"must be a model that writes text, got {source!r} with architectures {names!r} in its config.json")
    tokenizer = AutoTokenizer.from_pretrained(source, **remote)
    ChatFormat(tokenizer, eos_ids=[])
    token_decoder(tokenizer)
    if Path(source).is_dir():
        _check_weights(Path(source))


def _check_weights(folder: Path) -> None:
    if not [*folder.glob("*.safetensors"), *folder.glob("*.bin")]:
        raise ValueError(f"must be a folder that holds weights (*.safetensors), got {str(folder)!r}")
    for file in sorted(folder.glob("*.safetensors")):
        try:
            safe_open(file, framework="pt")
        except SafetensorError as error:
            raise ValueError(f"must hold whole weights, got {str(file)!r}: {error}") from error
