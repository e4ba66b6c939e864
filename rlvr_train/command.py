"""``rlvr train CONFIG.yaml [--FIELD VALUE ...]``: one training run from a file, a command line, or both.

What a user got wrong is a ``UsageError`` of one line, told before anything is trained; what goes wrong later keeps its traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rlvr_envs._usage import given
from rlvr_train.checkpoints import SettingsInCheckpoints, checkpoint_of, write_settings
from rlvr_train.run_checks import check_run
from rlvr_train.run_file import Run, read_run
from rlvr_train.trainer import RLVRTrainer


def main(argv: Sequence[str] | None = None) -> int:
    """Trains, saves the model and the options, and returns the exit status.

    Args:
        argv: Arguments after ``rlvr train``; those of the process when None.  A first argument that is no flag is the file.

    Raises:
        UsageError: The run cannot start as it was asked for; the text names the field.
    """
    run = read_run(sys.argv[1:] if argv is None else argv)
    model = check_run(run)
    checkpoint = checkpoint_of(run, model)
    trainer = _make_trainer(run, model)
    try:
        trainer.train(resume_from_checkpoint=checkpoint)
        trainer.save_model()
    finally:
        trainer.close()
    if trainer.accelerator.is_main_process:
        write_settings(run, Path(run.config.output_dir))
    return 0


def _make_trainer(run: Run, model: str) -> RLVRTrainer:
    # Whatever of TRL's own options was not looked at yet is refused here, by a text of TRL's.  A TypeError is none of these.
    with given(run.file, (ValueError, ImportError, OSError)):
        return RLVRTrainer(
            model=model,
            env=run.arguments.env_id,
            env_kwargs=run.arguments.env_options,
            wrappers=run.arguments.recipe,
            args=run.config,
            callbacks=[SettingsInCheckpoints(run)],
        )
